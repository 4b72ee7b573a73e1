import { notifyManager, type Query } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { queries } from './api.js';

/** Something that is shown was read once, and cannot be read anew. A next page that is missing outdates nothing. */
const isOutdated = (query: Query): boolean =>
  query.isActive() &&
  query.state.status === 'error' &&
  query.state.data !== undefined &&
  query.state.fetchMeta?.fetchMore === undefined &&
  query.queryKey[0] !== 'session';

/** When the oldest of what cannot be read anew was read, in milliseconds; 0: all is as it should be. */
function outdatedSinceMs(): number {
  const times = queries.getQueryCache().findAll({ predicate: isOutdated });
  return times.length === 0 ? 0 : Math.min(...times.map(({ state }) => state.dataUpdatedAt));
}

const watch = (watcher: () => void): (() => void) =>
  queries.getQueryCache().subscribe(notifyManager.batchCalls(watcher));

/** When the oldest part of the page was read that cannot be read anew; null: there is none. */
export function useOutdatedSince(): Date | null {
  const ms = useSyncExternalStore(watch, outdatedSinceMs);
  return ms === 0 ? null : new Date(ms);
}
