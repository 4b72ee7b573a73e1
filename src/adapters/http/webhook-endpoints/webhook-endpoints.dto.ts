import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayNotEmpty,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsISO8601,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
} from 'class-validator';
import { outgoingTypes, type OutgoingType } from '../../../domain/webhooks/endpoint-events.js';

const URL_CHARACTERS_MAX = 2_000;
const DESCRIPTION_CHARACTERS_MAX = 500;

export class CreateEndpointDto {
  @ApiProperty({
    description:
      'Where events are posted. It leads to no private network, and redirects are not followed.',
    example: 'https://example.com/waybill',
    maxLength: URL_CHARACTERS_MAX,
  })
  @MaxLength(URL_CHARACTERS_MAX)
  @IsString()
  readonly url!: string;

  @ApiProperty({ enum: outgoingTypes, isArray: true, uniqueItems: true, minItems: 1 })
  @IsIn(outgoingTypes, { each: true })
  @ArrayUnique()
  @ArrayMaxSize(outgoingTypes.length)
  @ArrayNotEmpty()
  @IsArray()
  readonly events!: OutgoingType[];

  @ApiPropertyOptional({ maxLength: DESCRIPTION_CHARACTERS_MAX, example: 'The shop' })
  @IsOptional()
  @MaxLength(DESCRIPTION_CHARACTERS_MAX)
  @IsString()
  readonly description?: string;
}

export class PatchEndpointDto {
  @ApiPropertyOptional({ maxLength: URL_CHARACTERS_MAX, example: 'https://example.com/waybill' })
  @IsOptional()
  @MaxLength(URL_CHARACTERS_MAX)
  @IsString()
  readonly url?: string;

  @ApiPropertyOptional({ enum: outgoingTypes, isArray: true, uniqueItems: true, minItems: 1 })
  @IsOptional()
  @IsIn(outgoingTypes, { each: true })
  @ArrayUnique()
  @ArrayMaxSize(outgoingTypes.length)
  @ArrayNotEmpty()
  @IsArray()
  readonly events?: OutgoingType[];

  @ApiPropertyOptional({ maxLength: DESCRIPTION_CHARACTERS_MAX })
  @IsOptional()
  @MaxLength(DESCRIPTION_CHARACTERS_MAX)
  @IsString()
  readonly description?: string;

  @ApiPropertyOptional({
    description: 'False stops deliveries; true resumes them where they stopped.',
  })
  @IsOptional()
  @IsBoolean()
  readonly enabled?: boolean;
}

export class ReplayDto {
  @ApiProperty({
    description: 'Events that were recorded since then are delivered again, with the same ids.',
    format: 'date-time',
    example: '2030-01-31T09:30:00Z',
  })
  @Matches(/(Z|[+-]\d{2}:?\d{2})$/, {
    message: 'since must be a time with a zone: write it as 2030-01-31T09:30:00Z',
  })
  @IsISO8601({ strict: true, strictSeparator: true })
  @MaxLength(40)
  readonly since!: string;
}
