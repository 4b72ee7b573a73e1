import { rightsNeeded } from '../../files/open-database.js';

/** SQLITE_CORRUPT, SQLITE_NOTADB and SQLITE_IOERR: a page was altered or cannot be read. */
const UNREADABLE: ReadonlySet<number> = new Set([10, 11, 26]);
/** Extended codes carry the primary one in their lowest byte. */
const PRIMARY_CODE = 0xff;

/** True when SQLite failed because of damaged or missing content of the file. */
export function isUnreadable(error: unknown): error is Error {
  const { errcode } = error as { readonly errcode?: unknown };
  return typeof errcode === 'number' && UNREADABLE.has(errcode & PRIMARY_CODE);
}

/** SQLITE_CANTOPEN: the user of the process may not. */
const CANNOT_OPEN = 14;

/** Returns the advice to append to the reason of a fault; empty unless the ledger's file is damaged or may not be opened. */
export function remedyOf(error: unknown, file: string): string {
  if (isUnreadable(error)) {
    return '. Keep the file, and restore a backup: docs/operations.md, "A damaged ledger"';
  }
  const { errcode } = error as { readonly errcode?: unknown };
  return errcode === CANNOT_OPEN ? `. ${rightsNeeded(file)}` : '';
}
