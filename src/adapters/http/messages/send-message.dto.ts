import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  IsArray,
  IsIn,
  IsInt,
  IsISO8601,
  IsOptional,
  IsString,
  IsUUID,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateIf,
} from 'class-validator';
import type { FallbackDraft } from '../../../application/sending/compose-fallback.js';
import type { MessageDraft } from '../../../application/sending/compose-request.js';
import { directChannels, isDirect } from '../../../domain/message/direct-channels.js';
import { TextLength } from './text-length.js';
import {
  onUnknownRules,
  type MessageTemplate,
  type OnUnknown,
} from '../../../domain/message/message-events.js';
import { priorities, type Priority } from '../../../domain/message/priority.js';
import { textChannels } from '../../../application/sending/compose-request.js';
import { ListOf, ObjectOf } from '../shape.js';

const TEXT_CHARACTERS_MAX = 4096;
/** A business-scoped id of WhatsApp has up to 131 characters. */
const ADDRESS_CHARACTERS_MAX = 140;
/** A browser's subscription has some hundred. */
const STEP_ADDRESS_CHARACTERS_MAX = 2_000;
const TEMPLATE_NAME_CHARACTERS_MAX = 512;
const TEMPLATE_PARAMETERS_MAX = 30;
const TEMPLATE_PARAMETER_CHARACTERS_MAX = 1_024;
const SUBJECT_CHARACTERS_MAX = 200;
const REFERENCE_CHARACTERS_MAX = 200;
const REASON_CHARACTERS_MAX = 500;
const FALLBACK_STEPS_MAX = 5;
const encodings = ['auto', 'text', 'unicode'] as const;
const stepChannels = [...textChannels, ...directChannels] as const;
const triggers = ['failure', 'unconfirmed'] as const;

export class TemplateDto implements MessageTemplate {
  @ApiProperty({
    description: 'Its name, with its namespace where it has one.',
    example: 'parcel_here',
  })
  @TextLength(1, TEMPLATE_NAME_CHARACTERS_MAX)
  @IsString()
  readonly name!: string;

  @ApiProperty({ description: 'As WhatsApp writes it.', example: 'en_GB' })
  @Matches(/^[a-z]{2,3}([_-][A-Za-z]{2,4})?$/, {
    message: '$property must be a language as WhatsApp writes it: en or en_GB',
  })
  @IsString()
  readonly language!: string;

  @ApiProperty({
    type: [String],
    description: 'What stands for `{{1}}`, `{{2}}` and so on.',
    example: ['Ann', '1017'],
    maxItems: TEMPLATE_PARAMETERS_MAX,
  })
  @MaxLength(TEMPLATE_PARAMETER_CHARACTERS_MAX, { each: true })
  @IsString({ each: true })
  @ArrayMaxSize(TEMPLATE_PARAMETERS_MAX)
  @IsArray()
  readonly parameters!: string[];
}

export class FallbackDto implements FallbackDraft {
  @ApiProperty({
    enum: stepChannels,
    description:
      'The channel to try next: one of Vonage, or `email` or `push` where their servers are set up. These two end at `submitted`: nobody tells whether a person got them.',
  })
  @IsIn(stepChannels)
  readonly channel!: (typeof stepChannels)[number];

  @ApiProperty({
    enum: triggers,
    description:
      '`failure`: when the message failed for good. `unconfirmed`: also when no receipt came in time.',
  })
  @IsIn(triggers)
  readonly when!: (typeof triggers)[number];

  @ApiPropertyOptional({
    description:
      'The sender on that channel. Needed on all but `email`, where EMAIL_FROM is the default.',
    example: '447700900001',
  })
  @ValidateIf(({ channel, from }: FallbackDto) => from !== undefined || !isDirect(channel))
  @TextLength(0, STEP_ADDRESS_CHARACTERS_MAX)
  @IsString()
  readonly from?: string;

  @ApiPropertyOptional({
    description:
      'The recipient there, where it is another one. An e-mail needs the address; a push message needs the text of `JSON.stringify(subscription)` of a browser, or a token of Firebase Cloud Messaging.',
  })
  @IsOptional()
  @TextLength(0, STEP_ADDRESS_CHARACTERS_MAX)
  @IsString()
  readonly to?: string;

  @ApiPropertyOptional({ description: 'The text there, where it is another one.' })
  @IsOptional()
  @TextLength(0, TEXT_CHARACTERS_MAX)
  @IsString()
  readonly text?: string;

  @ApiPropertyOptional({
    description:
      'The subject of an e-mail (default: the first line of the text), or the title of a push message.',
    maxLength: SUBJECT_CHARACTERS_MAX,
  })
  @IsOptional()
  @TextLength(1, SUBJECT_CHARACTERS_MAX)
  @IsString()
  readonly subject?: string;

  @ApiPropertyOptional({
    type: TemplateDto,
    description:
      'An approved template of WhatsApp, sent instead of the text: a free text fails with 1340 outside the day after the person wrote.',
  })
  @IsOptional()
  @ObjectOf(() => TemplateDto)
  readonly template?: TemplateDto;
}

export class SendMessageDto implements MessageDraft {
  @ApiProperty({
    description:
      'The recipient: a number as people write it (national with DEFAULT_COUNTRY), or an id of the channel.',
    example: '+447700900123',
  })
  @TextLength(0, ADDRESS_CHARACTERS_MAX)
  @IsString()
  readonly to!: string;

  @ApiProperty({
    description:
      'The text. An SMS takes 3,200 characters, other channels more or less. Characters are UTF-16 code units, as SMS counts them: an emoji counts as two or more.',
    example: 'Your code is 123456',
    maxLength: TEXT_CHARACTERS_MAX,
  })
  @TextLength(0, TEXT_CHARACTERS_MAX)
  @IsString()
  readonly text!: string;

  @ApiPropertyOptional({
    description: 'The sender: a number, or 3 to 11 letters and digits. Default: VONAGE_NUMBER.',
    example: '447700900001',
  })
  @IsOptional()
  @TextLength(0, ADDRESS_CHARACTERS_MAX)
  @IsString()
  readonly from?: string;

  @ApiPropertyOptional({ enum: textChannels, default: 'sms' })
  @IsOptional()
  @IsIn(textChannels)
  readonly channel?: (typeof textChannels)[number];

  @ApiPropertyOptional({
    description: 'Your own name for it, to find it by: 1 to 200 characters, counted like the text.',
    example: 'order-1017',
  })
  @IsOptional()
  @TextLength(1, REFERENCE_CHARACTERS_MAX)
  @IsString()
  readonly reference?: string;

  @ApiPropertyOptional({
    description: 'When to send it; a time that is over means now.',
    format: 'date-time',
    example: '2030-01-31T09:30:00Z',
  })
  @IsOptional()
  @TextLength(0, 40)
  @Matches(/(Z|[+-]\d{2}:?\d{2})$/, {
    message: 'sendAt must be a time with a zone: write it as 2030-01-31T09:30:00Z',
  })
  @IsISO8601({ strict: true, strictSeparator: true })
  readonly sendAt?: string;

  @ApiPropertyOptional({
    description:
      'How long it is worth sending, seconds. It is neither sent nor tried again after that, and Vonage is told what is left.',
    type: 'integer',
    minimum: 20,
    maximum: 604_800,
  })
  @IsOptional()
  @Max(604_800)
  @Min(20)
  @IsInt()
  readonly ttlSeconds?: number;

  @ApiPropertyOptional({
    description:
      'Without a receipt for this long it counts as unconfirmed, seconds. Default: CONFIRM_WITHIN_SECONDS.',
    type: 'integer',
    minimum: 1,
    maximum: 604_800,
  })
  @IsOptional()
  @Max(604_800)
  @Min(1)
  @IsInt()
  readonly confirmWithinSeconds?: number;

  @ApiPropertyOptional({
    enum: encodings,
    default: 'auto',
    description:
      'Of an SMS. `text` forces GSM-7, `unicode` UCS-2; `auto` takes GSM-7 where the text allows it.',
  })
  @IsOptional()
  @IsIn(encodings)
  readonly encoding?: (typeof encodings)[number];

  @ApiPropertyOptional({
    enum: onUnknownRules,
    default: 'wait',
    description:
      'When nobody knows whether Vonage took it and no report came in the window: `wait` never sends it again by itself; `resend` sends it once more, because a second text is better than none.',
  })
  @IsOptional()
  @IsIn(onUnknownRules)
  readonly onUnknown?: OnUnknown;

  @ApiPropertyOptional({
    maxLength: REASON_CHARACTERS_MAX,
    description:
      'Why it is sent although the recipient has opted out; kept with the message. Needs the scope admin.',
  })
  @IsOptional()
  @TextLength(1, REASON_CHARACTERS_MAX)
  @IsString()
  readonly overrideOptOut?: string;

  @ApiPropertyOptional({
    enum: priorities,
    default: 'normal',
    description:
      'The lane in which it waits. `high` goes before all else; `normal` and `bulk` share what is left 4:1.',
  })
  @IsOptional()
  @IsIn(priorities)
  readonly priority?: Priority;

  @ApiPropertyOptional({
    format: 'uuid',
    description:
      'The `messageUuid` of the received message that it answers. It must be known, and come from the recipient.',
    example: 'aaaaaaaa-bbbb-4ccc-8ddd-0123456789ab',
  })
  @IsOptional()
  @IsUUID()
  readonly inReplyTo?: string;

  @ApiPropertyOptional({
    type: [FallbackDto],
    description:
      'What to try next, in this order: a step that waits for a failure holds back those behind it.',
  })
  @IsOptional()
  @ListOf(() => FallbackDto, FALLBACK_STEPS_MAX)
  readonly fallback?: FallbackDto[];
}
