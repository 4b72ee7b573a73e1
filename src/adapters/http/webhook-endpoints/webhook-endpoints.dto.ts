import { ApiProperty } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayNotEmpty,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsString,
  MaxLength,
} from 'class-validator';
import { outgoingTypes, type OutgoingType } from '../../../domain/webhooks/endpoint-events.js';
import { IsTimeWithZone, OptionalField } from '../fields.js';

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

  @OptionalField({ maxLength: DESCRIPTION_CHARACTERS_MAX, example: 'The shop' })
  @MaxLength(DESCRIPTION_CHARACTERS_MAX)
  @IsString()
  readonly description?: string;
}

export class PatchEndpointDto {
  @OptionalField({ maxLength: URL_CHARACTERS_MAX, example: 'https://example.com/waybill' })
  @MaxLength(URL_CHARACTERS_MAX)
  @IsString()
  readonly url?: string;

  @OptionalField({ enum: outgoingTypes, isArray: true, uniqueItems: true, minItems: 1 })
  @IsIn(outgoingTypes, { each: true })
  @ArrayUnique()
  @ArrayMaxSize(outgoingTypes.length)
  @ArrayNotEmpty()
  @IsArray()
  readonly events?: OutgoingType[];

  @OptionalField({ maxLength: DESCRIPTION_CHARACTERS_MAX })
  @MaxLength(DESCRIPTION_CHARACTERS_MAX)
  @IsString()
  readonly description?: string;

  @OptionalField({
    description: 'False stops deliveries; true resumes them where they stopped.',
  })
  @IsBoolean()
  readonly enabled?: boolean;
}

export class ReplayDto {
  @ApiProperty({
    description: 'Events that were recorded since then are delivered again, with the same ids.',
    format: 'date-time',
    example: '2030-01-31T09:30:00Z',
  })
  @IsTimeWithZone()
  @MaxLength(40)
  readonly since!: string;
}
