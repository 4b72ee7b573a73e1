import type { MessageFilter } from '../../src/application/ports/message-search.js';
import {
  CAMPAIGN_REFERENCE,
  FIRST_AT_MS,
  PROBE_NUMBER,
  PROBE_REFERENCE,
  SEASONAL_SENDER,
} from './generate-messages.js';

const DAY_MS = 86_400_000;

/** For each filter: values that most messages have, that some have, that hardly any have, and that none have. */
const choices: readonly (readonly MessageFilter[])[] = [
  [
    { statuses: ['delivered'] },
    { statuses: ['undeliverable'] },
    { statuses: ['submitted'] },
    { statuses: ['failed'] },
  ],
  [{ country: 'GB' }, { country: 'GH' }, { country: 'ZZ' }],
  [{ from: 'Waybill' }, { from: 'Alerts' }, { from: SEASONAL_SENDER }],
  [{ channel: 'sms' }, { channel: 'whatsapp' }],
  [{ errorCode: '1310' }, { errorCode: '1420' }],
  [{ contradicted: false }, { contradicted: true }],
  [{ to: PROBE_NUMBER }, { to: '447700954321' }],
  [{ reference: CAMPAIGN_REFERENCE }, { reference: PROBE_REFERENCE }, { reference: 'order-77' }],
  [
    { since: FIRST_AT_MS + 60 * DAY_MS },
    { since: FIRST_AT_MS + 3 * DAY_MS, until: FIRST_AT_MS + 4 * DAY_MS },
    { until: FIRST_AT_MS + 45 * DAY_MS },
  ],
];

/** Returns each value alone, each pair, and each pair within a time, including pairs that rarely or never meet. */
export function hardSearches(): readonly MessageFilter[] {
  const times = choices.at(-1) ?? [];
  const alone = choices.flat();
  const pairs = choices.flatMap((some, place) =>
    choices
      .slice(place + 1)
      .flatMap((others) => some.flatMap((one) => others.map((other) => ({ ...one, ...other })))),
  );
  const timed = pairs
    .filter(({ since, until }) => since === undefined && until === undefined)
    .flatMap((pair) => times.slice(0, 2).map((time) => ({ ...pair, ...time })));
  return [{}, ...alone, ...pairs, ...timed];
}
