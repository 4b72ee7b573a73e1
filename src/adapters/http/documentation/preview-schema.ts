import { suppressionStates } from '../../../domain/contacts/contact.js';
import { holdCauses } from '../../../domain/sending/sending-events.js';
import { consentSources } from './contact-schemas.js';
import { segments } from './message-schemas.js';
import { problemSchema } from './problem-responses.js';
import { complete, nullable, text, time } from './schema-parts.js';

const previewedCharacter = complete({
  character: text,
  codePoints: { type: 'array', items: { type: 'string', example: 'U+2019' } },
  count: { type: 'integer', minimum: 1 },
  firstAt: { type: 'integer', minimum: 0, description: 'In UTF-16 code units.' },
  instead: nullable({
    type: 'string',
    description: 'What looks alike in GSM-7; empty for what is not seen; null where nothing does.',
  }),
});

export const preview = complete({
  optedOut: {
    description: 'Why nothing may be sent to the recipient; null: it may.',
    ...nullable(
      complete({
        state: { enum: suppressionStates },
        source: { enum: consentSources },
        since: time,
        sender: nullable({ ...text, description: 'Null: all our senders.' }),
      }),
    ),
  },
  allowed: { type: 'boolean', description: 'A send of the same body would be recorded.' },
  refusal: {
    description: 'The limit that would refuse it now; null where none would.',
    ...nullable(complete({ type: { ...text, example: '/problems/spend-limit' }, detail: text })),
  },
  faults: { ...problemSchema.properties.errors, description: 'Those that a send would name.' },
  to: nullable(
    complete({
      address: { type: 'string', description: 'Digits, or an id of the channel.' },
      country: nullable({ type: 'string', description: 'ISO 3166-1 alpha-2.' }),
      readAs: {
        enum: ['international', 'national', 'id'],
        description: '`national`: the country code is that of DEFAULT_COUNTRY.',
      },
    }),
  ),
  from: nullable(text),
  channel: nullable(text),
  segments: nullable(segments),
  unicode: {
    description: 'What keeps the text of an SMS out of GSM-7; null where nothing does.',
    ...nullable(
      complete({
        characters: { type: 'array', items: previewedCharacter, description: 'The first 50.' },
        more: { type: 'integer', minimum: 0, description: 'How many further characters.' },
        replaced: {
          description: 'With look-alikes; null where some character has none.',
          ...nullable(complete({ text, segments })),
        },
      }),
    ),
  },
  estimatedCost: {
    description: 'Null where it is not known.',
    ...nullable({
      type: 'array',
      items: complete({
        currency: text,
        amount: text,
        each: {
          type: 'string',
          description: 'Of one segment, or of one message without segments.',
        },
      }),
    }),
  },
  costBasis: {
    type: 'string',
    description: 'Where the estimate comes from, or why there is none.',
  },
  fallback: nullable({
    type: 'array',
    items: complete({
      channel: text,
      when: { enum: ['failure', 'unconfirmed'] },
      from: text,
      to: text,
      text: nullable({ type: 'string', description: 'Null: the text of the message.' }),
    }),
  }),
  sendAt: nullable({ ...time, description: 'Null: at once.' }),
  expiresAt: nullable(time),
  held: {
    description: 'Why nothing is handed to Vonage now; null while sending flows.',
    ...nullable(
      complete({
        since: time,
        cause: { enum: holdCauses },
        reason: text,
        by: nullable({ type: 'string', description: 'Name of the API key.' }),
      }),
    ),
  },
  explanation: { type: 'string', description: 'When it would be sent.' },
});
