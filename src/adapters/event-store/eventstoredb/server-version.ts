import type { Connection } from './connection.js';
import { Refusal } from './failures.js';

/** The oldest supported version: servers before it do not tell when a subscription has caught up. */
const OLDEST = [23, 10] as const;

/**
 * Servers before this skip the first matching event of a subscription, because they take it for the one at the given
 * position (`CatchUpFromCheckpoint` in `Enumerator.AllSubscriptionFiltered.cs`).
 */
const BEGINS_EXACTLY = [24, 2] as const;

/** The traits of a server that the adapter depends on. */
export interface ServerTraits {
  /** True when a subscription may begin after any position. Otherwise only after an event that matches. */
  readonly beginsExactly: boolean;
}

/** @throws Refusal when the server is too old */
export async function serverTraitsOf(connection: Connection): Promise<ServerTraits> {
  const version = await connection.serverVersion();
  const [, major = 0, minor = 0] = /^(\d+)\.(\d+)/.exec(version)?.map(Number) ?? [];
  const isSince = ([year, month]: readonly [number, number]): boolean =>
    major > year || (major === year && minor >= month);
  if (isSince(OLDEST)) return { beginsExactly: isSince(BEGINS_EXACTLY) };
  throw new Refusal(
    `the server is EventStoreDB ${version}: Waybill needs 23.10 or newer, or KurrentDB`,
  );
}
