import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';

/**
 * Our transcription of Vonage's specification of its answers and callbacks. Deliberately strict:
 * an unknown field in the sandbox's output is a mistake, unless a story wants it.
 */
const ajv = new Ajv({ strict: true, strictRequired: false, allErrors: true });
// The package is CommonJS; under ESM its function is the member `default`.
(addFormats as unknown as { default: (target: Ajv) => void }).default(ajv);

const text = { type: 'string', minLength: 1 };
const digits = { type: 'string', pattern: '^\\d+$' };
const instance = { type: 'string', pattern: '^[0-9a-f]{32}$' };
const seconds = { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ$' };
const milliseconds = {
  type: 'string',
  pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$',
};

const closed = (properties: object, required: readonly string[] = Object.keys(properties)) => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});

const usage = closed({
  currency: { const: 'EUR' },
  price: { type: 'string', pattern: '^\\d+\\.\\d{4}$' },
});

const network = closed({ network_code: digits });

const deliveryError = closed({
  type: {
    type: 'string',
    pattern: '^https://developer\\.vonage\\.com/api-errors/messages#\\d{4}$',
  },
  title: { type: 'string', pattern: '^\\d{4}$' },
  detail: text,
  instance,
});

const segment = closed(
  {
    timestamp: seconds,
    status: { enum: ['delivered', 'rejected'] },
    error_code: { type: 'string', pattern: '^\\d{4}$' },
  },
  ['timestamp', 'status'],
);

const alwaysThere = ['message_uuid', 'to', 'from', 'timestamp', 'status', 'channel'];

const status = (channel: string, statuses: readonly string[], own: object) =>
  closed(
    {
      message_uuid: { type: 'string', format: 'uuid' },
      to: text,
      from: text,
      timestamp: seconds,
      status: { enum: statuses },
      error: deliveryError,
      client_ref: { type: 'string', maxLength: 100 },
      workflow: closed({ workflow_id: text, items_number: digits, items_total: digits }),
      channel: { const: channel },
      ...own,
    },
    alwaysThere,
  );

const ofCarriers = ['submitted', 'delivered', 'rejected', 'undeliverable'];
const ofApps = [...ofCarriers, 'read'];

const whatsapp = closed({
  pricing: closed({
    type: { enum: ['regular', 'free_customer_service', 'free_entry_point'] },
    pricing_model: { enum: ['PMP', 'CBP'] },
    category: {
      enum: ['authentication', 'marketing', 'utility', 'service', 'referral_conversion'],
    },
  }),
  conversation: closed({ id: text, origin: closed({ type: text }) }),
});

const statusSchemas = {
  sms: status('sms', ofCarriers, {
    usage,
    destination: network,
    sms: closed({ count_total: digits, segments: { type: 'array', items: segment } }, [
      'count_total',
    ]),
  }),
  mms: status('mms', ofCarriers, { usage, destination: network }),
  rcs: status('rcs', ofApps, { destination: network }),
  whatsapp: status('whatsapp', ofApps, { usage, whatsapp }),
  messenger: status('messenger', ofApps, { usage }),
  viber_service: status('viber_service', ofApps, { usage }),
  email: status('email', ofApps, {}),
};

const party = closed({ type: text, number: text });

const statusV01 = closed(
  {
    message_uuid: { type: 'string', format: 'uuid' },
    to: party,
    from: party,
    timestamp: milliseconds,
    status: { enum: ofApps },
    error: closed({ code: { type: 'integer' }, reason: text }),
    usage,
    client_ref: text,
  },
  ['message_uuid', 'to', 'from', 'timestamp', 'status'],
);

const inboundSms = closed(
  {
    channel: { const: 'sms' },
    message_uuid: { type: 'string', format: 'uuid' },
    to: digits,
    from: digits,
    timestamp: seconds,
    text: { type: 'string' },
    message_type: { const: 'text' },
    context_status: { const: 'none' },
    sms: closed({ num_messages: digits, count_total: digits, keyword: text }),
    usage,
    origin: network,
  },
  ['channel', 'message_uuid', 'to', 'from', 'timestamp', 'text'],
);

const inboundV01 = closed({
  message_uuid: { type: 'string', format: 'uuid' },
  timestamp: milliseconds,
  to: party,
  from: party,
  message: closed({ content: closed({ type: { const: 'text' }, text: { type: 'string' } }) }),
  usage,
});

const accepted = closed(
  {
    message_uuid: { type: 'string', format: 'uuid' },
    workflow_id: { type: 'string', minLength: 20 },
  },
  ['message_uuid'],
);

const problem = closed(
  {
    type: { type: 'string', format: 'uri' },
    title: text,
    detail: text,
    instance,
    invalid_parameters: {
      type: 'array',
      minItems: 1,
      items: closed({ name: { type: 'string' }, reason: text }),
    },
  },
  ['type', 'title', 'instance'],
);

const compiled = (schema: object): ValidateFunction => ajv.compile(schema);

const statusValidators: Readonly<Record<string, ValidateFunction>> = Object.fromEntries(
  Object.entries(statusSchemas).map(([channel, schema]) => [channel, compiled(schema)]),
);

const validators = {
  accepted: compiled(accepted),
  problem: compiled(problem),
  statusV01: compiled(statusV01),
  inboundSms: compiled(inboundSms),
  inboundV01: compiled(inboundV01),
};

const faultsBy = (validate: ValidateFunction | undefined, body: unknown): readonly string[] => {
  if (validate === undefined) return ['there is no such schema'];
  validate(body);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
};

/** Returns an empty list when the body conforms to the specification. */
export const faultsOf = (schema: keyof typeof validators, body: unknown): readonly string[] =>
  faultsBy(validators[schema], body);

export const faultsOfStatus = (body: Readonly<Record<string, unknown>>): readonly string[] =>
  faultsBy(statusValidators[String(body['channel'])], body);
