import type { DomainEvent } from '../../src/domain/events.js';
import {
  generateMessage,
  type GeneratedEvent,
} from '../../testing/generated-messages/generate-messages.js';
import { seededRandom } from '../../testing/seeded-random.js';
import { customerHistory } from './one-customer.js';

const MESSAGES = 12_000;
const HOUR_MS = 3_600_000;
const SLOWEST_MS = 30_000;
const DELIVERED = 0.965;
/** In one hour of the day, a sender was not allowed. */
const TROUBLE = { hour: 19, delivered: 0.86, slowestMs: 300_000 };

/** How much is sent in each hour of a day (UTC), beginning at midnight. */
const BY_HOUR = [
  3, 2, 1, 1, 2, 5, 14, 32, 48, 55, 58, 57, 52, 54, 58, 60, 63, 66, 55, 42, 30, 20, 11, 6,
] as const;

const weightAt = (ms: number): number => BY_HOUR[new Date(ms).getUTCHours()] ?? 0;

/** The messages of the day and a night before now and those of one customer, in the order in which they would be recorded. */
export function dayOfTraffic(nowMs: number): readonly GeneratedEvent<DomainEvent>[] {
  const random = seededRandom(7);
  const hours = Array.from({ length: 24 }, (_, ago) => {
    const fromMs = nowMs - (ago + 1) * HOUR_MS;
    return { fromMs, weight: weightAt(fromMs) };
  });
  const whole = hours.reduce((sum, { weight }) => sum + weight, 0);
  const events = hours.flatMap(({ fromMs, weight }, hour) =>
    Array.from({ length: Math.round((weight / whole) * MESSAGES) }, (_, place) => {
      const atMs = Math.floor(fromMs + random() * HOUR_MS);
      const isTroubled = new Date(atMs).getUTCHours() === TROUBLE.hour;
      return generateMessage(7, hour * MESSAGES + place, MESSAGES, {
        atMs,
        delivered: isTroubled ? TROUBLE.delivered : DELIVERED,
        slowestMs: isTroubled ? TROUBLE.slowestMs : SLOWEST_MS,
      });
    }).flat(),
  );
  return [...events, ...customerHistory(nowMs)]
    .filter(({ at }) => at < nowMs)
    .toSorted((left, right) => left.at - right.at || left.revision - right.revision);
}
