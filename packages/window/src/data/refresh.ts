import { useCallback, useEffect, useRef } from 'react';
import type { Change } from 'waybill-client';
import { queries } from './api.js';
import { useChanges } from './live.js';

/** Lists and reports are read anew at most this often, however much happens. */
const REFRESH_MS = 700;
/** The lists follow the ledger by a moment: what was missed at the first look is there at the second. */
const SECOND_LOOK_MS = 1_500;

/** Reads the queries under a key anew when something happens that concerns them. */
export function useRefresh(
  key: readonly unknown[],
  concerns: (change: Change) => boolean = everything,
): void {
  const timers = useRef<{ first?: number | undefined; second?: number | undefined }>({});
  const name = JSON.stringify(key);
  const refresh = useCallback(() => {
    void queries.invalidateQueries({ queryKey: JSON.parse(name) as readonly unknown[] });
  }, [name]);
  useChanges(
    useCallback(
      (changes) => {
        if (!changes.some(concerns)) return;
        const { current } = timers;
        current.first ??= window.setTimeout(() => {
          current.first = undefined;
          refresh();
        }, REFRESH_MS);
        window.clearTimeout(current.second);
        current.second = window.setTimeout(refresh, SECOND_LOOK_MS);
      },
      [concerns, refresh],
    ),
  );
  useEffect(() => {
    const { current } = timers;
    return () => {
      window.clearTimeout(current.first);
      window.clearTimeout(current.second);
      current.first = undefined;
    };
  }, []);
}

const everything = (): boolean => true;
