/**
 * The permissions of a key. `send`: send and withdraw; `read`: one message and lists; `audit`: replays and the whole
 * ledger; `metrics`: figures for monitoring; `admin`: everything.
 */
export const scopes = ['send', 'read', 'audit', 'metrics', 'admin'] as const;
export type Scope = (typeof scopes)[number];

/** Without `.` and `..`, which every client cuts out of the address by which the key is revoked (RFC 3986 section 5.2.4). */
const NAME = /^(?!\.{1,2}$)[A-Za-z0-9_.-]{1,64}$/;

/**
 * True for a valid name. It is part of a stream's name and of the key itself, and stands in the ledger beside the key's
 * actions.
 */
export const isKeyName = (name: string): boolean => NAME.test(name);

export const KEY_NAME_FORM = '1 to 64 letters, digits and _ . -, but not . or .. alone';
