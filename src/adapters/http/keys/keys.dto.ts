import { ApiProperty } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayNotEmpty,
  ArrayUnique,
  IsArray,
  IsIn,
  IsInt,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateBy,
} from 'class-validator';
import { isCountry } from '../../../domain/contacts/phone-number.js';
import { isKeyName, KEY_NAME_FORM, scopes, type Scope } from '../../../domain/keys/key-scopes.js';
import { ObjectOf } from '../shape.js';
import { IsTimeWithZone, OptionalField } from '../fields.js';

const REQUESTS_PER_SECOND_MAX = 10_000;
const MESSAGES_PER_DAY_MAX = 1_000_000_000;
const COUNTRIES_MAX = 300;
const AMOUNT = /^\d{1,7}(\.\d{1,8})?$/;

const IsCountry = (): PropertyDecorator =>
  ValidateBy(
    {
      name: 'isCountry',
      validator: {
        validate: (value) => typeof value === 'string' && isCountry(value),
        defaultMessage: () =>
          '$property must be countries in two capital letters (ISO 3166-1), for example GB',
      },
    },
    { each: true },
  );

const IsKeyName = (): PropertyDecorator =>
  ValidateBy({
    name: 'isKeyName',
    validator: {
      validate: (value) => typeof value === 'string' && isKeyName(value),
      defaultMessage: () => `$property must have ${KEY_NAME_FORM}`,
    },
  });

export class KeyLimitsDto {
  @OptionalField({
    type: 'integer',
    minimum: 1,
    maximum: REQUESTS_PER_SECOND_MAX,
    description: 'Of all requests with the key, on each instance; so many may come at once.',
  })
  @Max(REQUESTS_PER_SECOND_MAX)
  @Min(1)
  @IsInt()
  readonly requestsPerSecond?: number;

  @OptionalField({
    type: 'integer',
    minimum: 0,
    maximum: MESSAGES_PER_DAY_MAX,
    description:
      'The most messages that the key may send in a day (UTC), on all instances together.',
  })
  @Max(MESSAGES_PER_DAY_MAX)
  @Min(0)
  @IsInt()
  readonly messagesPerDay?: number;

  @OptionalField({
    pattern: AMOUNT.source,
    description:
      "The most that its messages of a day (UTC) may cost, in the account's currency, as expected from the prices in reports.",
    example: '25.00',
  })
  @Matches(AMOUNT, { message: '$property must be an amount such as 25 or 19.90' })
  @IsString()
  readonly costPerDay?: string;

  @OptionalField({
    type: [String],
    description: 'ISO 3166-1 alpha-2. The key may send to no other country.',
    example: ['GB', 'DE'],
  })
  @IsCountry()
  @ArrayUnique()
  @ArrayMaxSize(COUNTRIES_MAX)
  @ArrayNotEmpty()
  @IsArray()
  readonly countriesAllowed?: string[];

  @OptionalField({
    type: [String],
    description: 'ISO 3166-1 alpha-2. The key may not send there.',
    example: ['KP'],
  })
  @IsCountry()
  @ArrayUnique()
  @ArrayMaxSize(COUNTRIES_MAX)
  @IsArray()
  readonly countriesBlocked?: string[];
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

  @OptionalField({
    description: 'From then on the key is refused. Left out: never.',
    format: 'date-time',
    example: '2030-01-31T09:30:00Z',
  })
  @IsTimeWithZone()
  @MaxLength(40)
  readonly expiresAt?: string;

  @OptionalField({ type: KeyLimitsDto })
  @ObjectOf(() => KeyLimitsDto)
  readonly limits?: KeyLimitsDto;
}
