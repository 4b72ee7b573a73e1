import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayNotEmpty,
  ArrayUnique,
  IsArray,
  IsIn,
  IsInt,
  IsISO8601,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateBy,
} from 'class-validator';
import { isKeyName, KEY_NAME_FORM, scopes, type Scope } from '../../../domain/keys/key-scopes.js';
import { ObjectOf } from '../shape.js';

const REQUESTS_PER_SECOND_MAX = 10_000;

const IsKeyName = (): PropertyDecorator =>
  ValidateBy({
    name: 'isKeyName',
    validator: {
      validate: (value) => typeof value === 'string' && isKeyName(value),
      defaultMessage: () => `$property must have ${KEY_NAME_FORM}`,
    },
  });

export class KeyLimitsDto {
  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: REQUESTS_PER_SECOND_MAX,
    description: 'Of all requests with the key, on each instance; so many may come at once.',
  })
  @IsOptional()
  @Max(REQUESTS_PER_SECOND_MAX)
  @Min(1)
  @IsInt()
  readonly requestsPerSecond?: number;
}

export class CreateKeyDto {
  @ApiProperty({
    description: `Stands in the ledger beside what the key did: ${KEY_NAME_FORM}. It can never be given again.`,
    pattern: '^[A-Za-z0-9_.-]{1,64}$',
    example: 'shop',
  })
  @IsKeyName()
  @IsString()
  readonly name!: string;

  @ApiProperty({
    enum: scopes,
    isArray: true,
    uniqueItems: true,
    minItems: 1,
    description: '`admin` may do everything.',
    example: ['send', 'read'],
  })
  @IsIn(scopes, { each: true })
  @ArrayUnique()
  @ArrayMaxSize(scopes.length)
  @ArrayNotEmpty()
  @IsArray()
  readonly scopes!: Scope[];

  @ApiPropertyOptional({
    description: 'From then on the key is refused. Left out: never.',
    format: 'date-time',
    example: '2030-01-31T09:30:00Z',
  })
  @IsOptional()
  @Matches(/(Z|[+-]\d{2}:?\d{2})$/, {
    message: 'expiresAt must be a time with a zone: write it as 2030-01-31T09:30:00Z',
  })
  @IsISO8601({ strict: true, strictSeparator: true })
  @MaxLength(40)
  readonly expiresAt?: string;

  @ApiPropertyOptional({ type: KeyLimitsDto })
  @IsOptional()
  @ObjectOf(() => KeyLimitsDto)
  readonly limits?: KeyLimitsDto;
}
