const SQLITE_BUSY = 5;

/** True when another connection holds a lock on the SQLite file. */
export const isBusy = (error: unknown): boolean =>
  (error as { readonly errcode?: unknown }).errcode === SQLITE_BUSY;
