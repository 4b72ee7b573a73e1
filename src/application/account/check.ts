import type { AccountAnswer } from '../ports/provider-account.js';

export type CheckState = 'ok' | 'wrong' | 'cannot be read';

/** One line of a check of the account. */
export interface Check {
  readonly name: string;
  readonly state: CheckState;
  readonly says: string;
  /** The action that the operator should take; null for none. */
  readonly todo: string | null;
}

/** For an answer from which nothing can be told. */
export function notAnswered(name: string, answer: AccountAnswer<unknown>): Check {
  switch (answer.kind) {
    case 'answered':
      return unreadable(name, 'Vonage gave an answer that is not known');
    case 'refused':
      return unreadable(
        name,
        `Vonage refused the question (${answer.status})`,
        answer.status === 401 ? 'Mend the credentials first.' : 'Ask again later.',
      );
    case 'no-answer':
      return unreadable(
        name,
        `Vonage did not answer: ${answer.reason}`,
        'Look at the network, the proxy, VONAGE_API_HOST and VONAGE_REST_HOST.',
      );
  }
}

export const ok = (name: string, says: string, todo: string | null = null): Check => ({
  name,
  state: 'ok',
  says,
  todo,
});

export const wrong = (name: string, says: string, todo: string): Check => ({
  name,
  state: 'wrong',
  says,
  todo,
});

export const unreadable = (name: string, says: string, todo: string | null = null): Check => ({
  name,
  state: 'cannot be read',
  says,
  todo,
});
