/**
 * A message's key in the list: its creation time in steps of 1/4096 ms, counted from 2020. Keys sort messages by
 * time, a page of the list begins behind a key, and every index that ends with the key is an index by time. Messages
 * of the same millisecond take different slots of it.
 */
const EPOCH_MS = Date.UTC(2020, 0, 1);
export const SLOTS = 4096;

/** From 1950 to 2089. Keys of times beyond would be no safe integers: those messages are listed at the end. */
const KEYED_MS_MAX = 2 ** 41 - 1;
const EARLIEST_MS = EPOCH_MS - KEYED_MS_MAX;
const LATEST_MS = EPOCH_MS + KEYED_MS_MAX;

/** Returns the lowest key of messages created at this time or later. */
export const keyAt = (createdAt: number): number =>
  (Math.min(Math.max(createdAt, EARLIEST_MS), LATEST_MS) - EPOCH_MS) * SLOTS;

/** Returns the time of a key, milliseconds since 1970. */
export const timeOfKey = (key: number): number => Math.floor(key / SLOTS) + EPOCH_MS;

/** Returns the first key to try: spread by the id, so that two ids seldom collide. */
export function preferredKey(createdAt: number, messageId: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < messageId.length; index++) {
    hash = Math.imul(hash ^ messageId.charCodeAt(index), 0x01000193);
  }
  return keyAt(createdAt) + ((hash >>> 8) % SLOTS);
}
