import { useCallback, useEffect, useRef } from 'react';
import type { Change } from 'waybill-client';
import { queries } from './api.js';
import { useChanges } from './live.js';

/** Lists and reports are read anew at most this often, however much happens. */
const REFRESH_MS = 500;
/** The lists follow the ledger by a moment: what was missed at the first look is there at the second or third. */
const LATER_LOOKS_MS = [400, 1_500] as const;

/** Reads the queries under a key anew when something happens that concerns them: at once, and in a flood now and then. */
export function useRefresh(
  key: readonly unknown[],
  concerns: (change: Change) => boolean = everything,
): void {
  const timers = useRef<Timers>({ refreshedMs: -REFRESH_MS, next: undefined, later: [] });
  const name = JSON.stringify(key);
  const refresh = useCallback(() => {
    timers.current.refreshedMs = performance.now();
    void readAnew(name);
  }, [name]);
  useChanges(
    useCallback(
      (changes) => {
        if (!changes.some(concerns)) return;
        const { current } = timers;
        const waitMs = current.refreshedMs + REFRESH_MS - performance.now();
        current.next ??= window.setTimeout(
          () => {
            current.next = undefined;
            refresh();
          },
          Math.max(0, waitMs),
        );
        for (const timer of current.later) window.clearTimeout(timer);
        current.later = LATER_LOOKS_MS.map((ms) =>
          window.setTimeout(refresh, Math.max(0, waitMs) + ms),
        );
      },
      [concerns, refresh],
    ),
  );
  useEffect(() => {
    const { current } = timers;
    return () => {
      window.clearTimeout(current.next);
      for (const timer of current.later) window.clearTimeout(timer);
      current.next = undefined;
    };
  }, []);
}

/** The keys that are being read anew, and whether something happened meanwhile. */
const reading = new Map<string, { isOutdated: boolean }>();

/**
 * Lets a reading come to its end before the next: news that comes faster than an answer would otherwise put off every
 * answer, and the page would stand still.
 */
async function readAnew(name: string): Promise<void> {
  const queryKey = JSON.parse(name) as readonly unknown[];
  const current = reading.get(name);
  if (current !== undefined) {
    current.isOutdated = true;
    return;
  }
  // A query that already runs may have been answered before the change.
  const mine = { isOutdated: queries.isFetching({ queryKey }) > 0 };
  reading.set(name, mine);
  try {
    await queries.invalidateQueries({ queryKey }, { cancelRefetch: false });
  } finally {
    reading.delete(name);
  }
  if (mine.isOutdated) await readAnew(name);
}

interface Timers {
  refreshedMs: number;
  next: number | undefined;
  later: readonly number[];
}

const everything = (): boolean => true;
