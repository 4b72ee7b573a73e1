import type { AccountAnswer } from '../ports/provider-account.js';
import { notAnswered, ok, unreadable, wrong, type Check } from './check.js';

/** Below this, a few hundred texts are left. */
const BALANCE_LOW_EUROS = 5;

/** Vonage refuses tokens from the future; the sandbox and others allow a minute. */
const CLOCK_MS_MAX = 30_000;

export function checkCredentials(answer: AccountAnswer<unknown>): Check {
  const name = 'credentials';
  if (answer.kind === 'answered')
    return ok(name, 'VONAGE_API_KEY and VONAGE_API_SECRET belong together');
  if (answer.kind === 'refused' && answer.status === 401) {
    return wrong(
      name,
      'Vonage refuses VONAGE_API_KEY with VONAGE_API_SECRET (401)',
      'Copy both from Dashboard, API Settings.',
    );
  }
  return notAnswered(name, answer);
}

export function checkBalance(answer: AccountAnswer<{ euros: number; autoReload: boolean }>): Check {
  const name = 'balance';
  if (answer.kind !== 'answered') return notAnswered(name, answer);
  const { euros, autoReload } = answer.value;
  const says = `${euros.toFixed(2)} EUR, auto-reload is ${autoReload ? 'on' : 'off'}`;
  if (euros <= 0) return wrong(name, says, 'Pay in: without credit Vonage refuses every message.');
  return euros < BALANCE_LOW_EUROS && !autoReload
    ? ok(name, says, 'Pay in soon, or switch auto-reload on.')
    : ok(name, says);
}

/** A message without content is refused in any case; how, tells whether the application may send. */
export function checkSending(answer: AccountAnswer<null>): Check {
  const name = 'sending';
  if (answer.kind !== 'refused') return notAnswered(name, answer);
  switch (answer.status) {
    case 422:
      return ok(name, 'Vonage takes the token of the application');
    case 401:
      return wrong(
        name,
        'Vonage refuses the token of the application (401)',
        'Look at the key pair and the clock above.',
      );
    case 402:
      return wrong(name, 'Vonage refuses messages for lack of credit (402)', 'Pay in.');
    case 403:
      return wrong(
        name,
        'the application is blocked (403)',
        "Ask Vonage's support why, and look at the dashboard.",
      );
    default:
      return notAnswered(name, answer);
  }
}

export function checkRate(answer: AccountAnswer<number | null>, requestsPerSecond: number): Check {
  const name = 'rate';
  if (answer.kind !== 'answered') return notAnswered(name, answer);
  const { value: most } = answer;
  if (most === null) return unreadable(name, 'Vonage does not tell the permitted rate');
  return requestsPerSecond > most
    ? wrong(
        name,
        `${most} requests/s are permitted, VONAGE_REQUESTS_PER_SECOND is ${requestsPerSecond}`,
        `Set VONAGE_REQUESTS_PER_SECOND=${most}, or ask Vonage for more.`,
      )
    : ok(name, `${requestsPerSecond} requests/s of ${most} permitted`);
}

export function checkClock(answers: readonly AccountAnswer<unknown>[]): Check {
  const name = 'clock';
  const clocks = answers.flatMap((answer) =>
    answer.kind === 'answered' && answer.clock !== null ? [answer.clock] : [],
  );
  const [best] = clocks.toSorted((one, other) => one.toleranceMs - other.toleranceMs);
  if (best === undefined) return unreadable(name, 'Vonage did not tell its time');
  const seconds = Math.round(Math.abs(best.aheadMs) / 1_000);
  return Math.abs(best.aheadMs) - best.toleranceMs > CLOCK_MS_MAX
    ? wrong(
        name,
        `this clock is ${seconds} s ${best.aheadMs > 0 ? 'behind' : 'ahead of'} Vonage's`,
        'Have a time server set it (NTP): Vonage refuses tokens with a wrong time.',
      )
    : ok(name, `differs by ${seconds} s from Vonage's`);
}

export const defaultSmsSetting: Check = {
  name: 'default SMS setting',
  state: 'cannot be read',
  says: 'Vonage tells it nowhere',
  todo: 'See that it is "Messages API": Dashboard, API Settings, Default SMS Setting.',
};
