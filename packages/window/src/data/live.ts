import { useEffect, useSyncExternalStore } from 'react';
import type { Change } from 'waybill-client';
import { isSignedOut, queries, waybill } from './api.js';

/** Changes that came together; the page takes them in a few times a second at most. */
type Listener = (changes: readonly Change[]) => void;

export interface Connection {
  readonly isOpen: boolean;
  /** Since when it is as it is. */
  readonly since: Date;
}

type Told =
  | { readonly kind: 'changes'; readonly changes: readonly Change[] }
  | { readonly kind: 'connection'; readonly isOpen: boolean }
  | { readonly kind: 'who' };

const BATCH_MS = 250;
/** A tab that shows nothing needs no more than this of a flood. */
const BATCH_CHANGES_MAX = 2_000;
const NAME = 'waybill-changes';
/** After a refusal the stream begins anew, from now on. */
const ANEW_MS = 5_000;

const listeners = new Set<Listener>();
const watchers = new Set<() => void>();
let connection: Connection = { isOpen: false, since: new Date() };
let pending: Change[] = [];

function setConnection(isOpen: boolean): void {
  if (connection.isOpen === isOpen) return;
  connection = { isOpen, since: new Date() };
  for (const watcher of watchers) watcher();
  // Everything is read anew, in each tab, because changes may have been missed in between.
  if (isOpen) void queries.invalidateQueries();
}

function deliver(changes: readonly Change[]): void {
  for (const listener of listeners) listener(changes);
  // Some were left out, and nobody knows whom they concern.
  if (changes.length >= BATCH_CHANGES_MAX) void queries.invalidateQueries();
}

/** Follows the changes of the service until the signal aborts. A browser opens only six connections to a service. */
export function followChanges(signal: AbortSignal): void {
  // Locks exist in secure contexts only.
  if ('locks' in navigator && 'BroadcastChannel' in window) shareStream(signal);
  else void followWhileSeen(signal);
}

/** Of all tabs of this browser one has the stream and tells the others. */
function shareStream(signal: AbortSignal): void {
  const channel = new BroadcastChannel(NAME);
  channel.addEventListener('message', ({ data }: MessageEvent<Told>) => {
    if (data.kind === 'changes') deliver(data.changes);
    if (data.kind === 'connection') setConnection(data.isOpen);
    if (data.kind === 'who' && isLeading) tell({ kind: 'connection', isOpen: connection.isOpen });
  });
  signal.addEventListener('abort', () => channel.close());
  let isLeading = false;
  const tell = (told: Told): void => {
    if (!signal.aborted) channel.postMessage(told);
  };
  const leading = (): Promise<void> => {
    isLeading = true;
    return lead(signal, tell);
  };
  tell({ kind: 'who' });
  void navigator.locks.request(NAME, { signal }, leading).catch(() => undefined);
}

/** Without locks, tabs cannot share a stream. Each tab then opens one of its own while it is visible. */
async function followWhileSeen(signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await seen(signal);
    setConnection(false);
    const hiding = new AbortController();
    const look = (): void => {
      if (signal.aborted || document.visibilityState === 'hidden') hiding.abort();
    };
    document.addEventListener('visibilitychange', look);
    signal.addEventListener('abort', look);
    look();
    await lead(hiding.signal, () => undefined);
    document.removeEventListener('visibilitychange', look);
    signal.removeEventListener('abort', look);
  }
}

/** Resolves when this tab is seen, or when the signal aborts. */
const seen = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const look = (): void => {
      if (document.visibilityState === 'hidden' && !signal.aborted) return;
      document.removeEventListener('visibilitychange', look);
      signal.removeEventListener('abort', look);
      resolve();
    };
    document.addEventListener('visibilitychange', look);
    signal.addEventListener('abort', look);
    look();
  });

async function lead(signal: AbortSignal, tell: (told: Told) => void): Promise<void> {
  while (!signal.aborted) {
    await readStream(signal, tell);
    if (!signal.aborted) await passed(ANEW_MS, signal);
  }
}

/** Resolves after this time, or when the signal aborts. */
const passed = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = window.setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      window.clearTimeout(timer);
      resolve();
    });
  });

async function readStream(signal: AbortSignal, tell: (told: Told) => void): Promise<void> {
  let timer: number | undefined;
  let flushedMs = -BATCH_MS;
  const flush = (): void => {
    timer = undefined;
    flushedMs = performance.now();
    const changes = pending;
    pending = [];
    deliver(changes);
    tell({ kind: 'changes', changes });
  };
  const onConnection = (isOpen: boolean): void => {
    setConnection(isOpen);
    tell({ kind: 'connection', isOpen });
  };
  try {
    for await (const change of waybill.follow({ signal, onConnection })) {
      if (pending.length < BATCH_CHANGES_MAX) pending.push(change);
      // The first change is told at once, those of a flood together.
      timer ??= window.setTimeout(flush, Math.max(0, flushedMs + BATCH_MS - performance.now()));
    }
  } catch (error) {
    onConnection(false);
    if (isSignedOut(error)) await queries.invalidateQueries({ queryKey: ['session'] });
  } finally {
    window.clearTimeout(timer);
  }
}

/** Calls back with changes as they come, a few times a second. */
export function useChanges(listener: Listener): void {
  useEffect(() => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }, [listener]);
}

export const useConnection = (): Connection =>
  useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher);
      return () => void watchers.delete(watcher);
    },
    () => connection,
  );
