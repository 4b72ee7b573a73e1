import { keyStates } from '../../../application/access/manage-keys.js';
import { scopes } from '../../../domain/keys/key-scopes.js';
import { complete, nullable, text, time } from './schema-parts.js';

export const keyProperties = {
  name: text,
  state: {
    enum: keyStates,
    description:
      '`replaced`: API_KEYS has a key of this name, which takes its place. `damaged`: its events cannot be read, so ' +
      'that it is refused.',
  },
  source: { enum: ['ledger', 'API_KEYS'] },
  scopes: { type: 'array', items: { enum: scopes } },
  limits: complete({
    requestsPerSecond: nullable({ type: 'integer', minimum: 1, description: 'Per instance.' }),
    messagesPerDay: nullable({ type: 'integer', minimum: 0 }),
    costPerDay: nullable({ ...text, description: "In the account's currency." }),
    countriesAllowed: nullable({ type: 'array', items: text }),
    countriesBlocked: { type: 'array', items: text },
  }),
  createdAt: nullable(time),
  createdBy: nullable({ ...text, description: 'Name of the API key that made it.' }),
  expiresAt: { ...nullable(time), description: 'Null: never.' },
  revokedAt: nullable(time),
  revokedBy: nullable(text),
  lastUsedAt: {
    ...nullable(time),
    description: 'To the hour where another instance saw it. Null: never, or not for 13 months.',
  },
};

export const createdKey = complete({
  ...keyProperties,
  key: { type: 'string', description: 'Shown only now.', example: 'wb_shop_4fzz…' },
});

const countries = { type: 'array', items: text, description: 'ISO 3166-1 alpha-2.' };

const dayLimits = {
  messagesPerDay: nullable(
    complete({
      cap: { type: 'integer', minimum: 0 },
      used: { type: 'integer', minimum: 0 },
      left: { type: 'integer', minimum: 0 },
      resetsAt: time,
    }),
  ),
  costPerDay: nullable(
    complete({
      cap: text,
      used: {
        type: 'string',
        description:
          'What the messages are expected to cost, or what reports name where that is more.',
      },
      left: text,
      currency: nullable({
        type: 'string',
        description: 'Null while no report named a price: until then the cap refuses nothing.',
      }),
      resetsAt: time,
    }),
  ),
  countriesAllowed: nullable(countries),
  countriesBlocked: countries,
};

export const limits = complete({
  all: complete({
    ...dayLimits,
    messagesPerRecipientHour: nullable({ type: 'integer', minimum: 1 }),
  }),
  key: {
    description: 'Of the API key that asks; null where none was sent.',
    ...nullable(
      complete({
        name: text,
        requestsPerSecond: nullable({ type: 'integer', minimum: 1 }),
        ...dayLimits,
      }),
    ),
  },
});
