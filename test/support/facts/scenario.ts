import { decide } from '../../../src/domain/message/decide.js';
import type {
  Circumstances,
  MessageCommand,
} from '../../../src/domain/message/message-commands.js';
import type { MessageEvent } from '../../../src/domain/message/message-events.js';
import { evolve, unheardOf, type Message } from '../../../src/domain/message/message.js';
import { defaultRetryPolicy } from '../../../src/domain/message/retry-policy.js';

/** Noon of a day, the default time of the tests. */
export const NOON = '2030-01-01T12:00:00.000Z';

export const circumstances = (changes: Partial<Circumstances> = {}): Circumstances => ({
  now: NOON,
  retryPolicy: defaultRetryPolicy,
  jitter: 0,
  ...changes,
});

export const stateOf = (history: readonly MessageEvent[]): Message =>
  history.reduce(evolve, unheardOf);

/**
 * given(history).when(command).emits(events): a decision in the words of the business.
 * The last method is not named `then`, because `await` takes an object with a `then` for a promise.
 */
export const given = (...history: readonly MessageEvent[]) => ({
  when: (command: MessageCommand, changes: Partial<Circumstances> = {}) => ({
    emits: (...expected: readonly MessageEvent[]): void => {
      expect(decide(command, stateOf(history), circumstances(changes))).toStrictEqual(expected);
    },
  }),
});
