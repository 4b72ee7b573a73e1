import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  IsArray,
  IsIn,
  IsInt,
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
import {
  onUnknownRules,
  type MessageTemplate,
  type OnUnknown,
} from '../../../domain/message/message-events.js';
import { priorities, type Priority } from '../../../domain/message/priority.js';
import { textChannels } from '../../../application/sending/compose-request.js';
import { ListOf, ObjectOf } from '../shape.js';
import {
  IsReason,
  IsText,
  IsTimeWithZone,
  OptionalField,
  REASON_CHARACTERS_MAX,
  TextLength,
} from '../fields.js';

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
const FALLBACK_STEPS_MAX = 5;
const encodings = ['auto', 'text', 'unicode'] as const;
const stepChannels = [...textChannels, ...directChannels] as const;
const triggers = ['failure', 'unconfirmed'] as const;

export class TemplateDto implements MessageTemplate {
  @ApiProperty({
    description: 'Its name, with its namespace where it has one.',
    example: 'parcel_here',
  })
  @IsText(1, TEMPLATE_NAME_CHARACTERS_MAX)
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
      'The sender on that channel. Needed on those of Vonage; an e-mail has EMAIL_FROM as the default, and a push message has none.',
    example: '447700900001',
  })
  @ValidateIf(({ channel, from }: FallbackDto) => from !== undefined || !isDirect(channel))
  @IsText(0, STEP_ADDRESS_CHARACTERS_MAX)
  readonly from?: string;

  @OptionalField({
    description:
      'The recipient there, where it is another one. An e-mail needs the address; a push message needs the text of `JSON.stringify(subscription)` of a browser, or a token of Firebase Cloud Messaging.',
  })
  @IsText(0, STEP_ADDRESS_CHARACTERS_MAX)
  readonly to?: string;

  @OptionalField({ description: 'The text there, where it is another one.' })
  @IsText(0, TEXT_CHARACTERS_MAX)
  readonly text?: string;

  @OptionalField({
    description:
      'The subject of an e-mail (default: the first line of the text), or the title of a push message.',
    maxLength: SUBJECT_CHARACTERS_MAX,
  })
  @IsText(1, SUBJECT_CHARACTERS_MAX)
  readonly subject?: string;

  @OptionalField({
    type: TemplateDto,
    description:
      'An approved template of WhatsApp, sent instead of the text: a free text fails with 1340 outside the day after the person wrote.',
  })
  @ObjectOf(() => TemplateDto)
  readonly template?: TemplateDto;
}

export class SendMessageDto implements MessageDraft {
  @ApiProperty({
    description:
      'The recipient: a number as people write it (national with DEFAULT_COUNTRY), or an id of the channel.',
    example: '+447700900123',
  })
  @IsText(0, ADDRESS_CHARACTERS_MAX)
  readonly to!: string;

  @ApiProperty({
    description:
      'The text. An SMS takes 3,200 characters, other channels more or less. Characters are UTF-16 code units, as SMS counts them: an emoji counts as two or more.',
    example: 'Your code is 123456',
    maxLength: TEXT_CHARACTERS_MAX,
  })
  @IsText(0, TEXT_CHARACTERS_MAX)
  readonly text!: string;

  @OptionalField({
    description: 'The sender: a number, or 3 to 11 letters and digits. Default: VONAGE_NUMBER.',
    example: '447700900001',
  })
  @IsText(0, ADDRESS_CHARACTERS_MAX)
  readonly from?: string;

  @OptionalField({ enum: textChannels, default: 'sms' })
  @IsIn(textChannels)
  readonly channel?: (typeof textChannels)[number];

  @OptionalField({
    description: 'Your own name for it, to find it by: 1 to 200 characters, counted like the text.',
    example: 'order-1017',
  })
  @IsText(1, REFERENCE_CHARACTERS_MAX)
  readonly reference?: string;

  @OptionalField({
    description: 'When to send it; a time that is over means now.',
    format: 'date-time',
    example: '2030-01-31T09:30:00Z',
  })
  @TextLength(0, 40)
  @IsTimeWithZone()
  readonly sendAt?: string;

  @OptionalField({
    description:
      'How long it is worth sending, seconds. It is neither sent nor tried again after that, and Vonage is told what is left.',
    type: 'integer',
    minimum: 20,
    maximum: 604_800,
  })
  @Max(604_800)
  @Min(20)
  @IsInt()
  readonly ttlSeconds?: number;

  @OptionalField({
    description:
      'Without a receipt for this long it counts as unconfirmed, seconds. Default: CONFIRM_WITHIN_SECONDS.',
    type: 'integer',
    minimum: 1,
    maximum: 604_800,
  })
  @Max(604_800)
  @Min(1)
  @IsInt()
  readonly confirmWithinSeconds?: number;

  @OptionalField({
    enum: encodings,
    default: 'auto',
    description:
      'Of an SMS. `text` forces GSM-7, `unicode` UCS-2; `auto` takes GSM-7 where the text allows it.',
  })
  @IsIn(encodings)
  readonly encoding?: (typeof encodings)[number];

  @OptionalField({
    enum: onUnknownRules,
    default: 'wait',
    description:
      'When nobody knows whether Vonage took it and no report came in the window: `wait` never sends it again by itself; `resend` sends it once more, because a second text is better than none.',
  })
  @IsIn(onUnknownRules)
  readonly onUnknown?: OnUnknown;

  @OptionalField({
    maxLength: REASON_CHARACTERS_MAX,
    description:
      'Why it is sent although the recipient has opted out; kept with the message. Needs the scope admin.',
  })
  @IsReason()
  readonly overrideOptOut?: string;

  @OptionalField({
    enum: priorities,
    default: 'normal',
    description:
      'The lane in which it waits. `high` goes before all else; `normal` and `bulk` share what is left 4:1.',
  })
  @IsIn(priorities)
  readonly priority?: Priority;

  @OptionalField({
    format: 'uuid',
    description:
      'The `messageUuid` of the received message that it answers. It must be known, and come from the recipient.',
    example: 'aaaaaaaa-bbbb-4ccc-8ddd-0123456789ab',
  })
  @IsUUID()
  readonly inReplyTo?: string;

  @OptionalField({
    type: [FallbackDto],
    description:
      'What to try next, in this order: a step that waits for a failure holds back those behind it.',
  })
  @ListOf(() => FallbackDto, FALLBACK_STEPS_MAX)
  readonly fallback?: FallbackDto[];
}
