/** Where a message stands. */
export const messageStatuses = [
  'scheduled',
  'accepted',
  'sending',
  'unknown',
  'sent',
  'submitted',
  'delivered',
  'read',
  'unconfirmed',
  'retrying',
  'rejected',
  'undeliverable',
  'failed',
  'cancelled',
  'expired',
] as const;

export type MessageStatus = (typeof messageStatuses)[number];

const finalStatuses: ReadonlySet<MessageStatus> = new Set([
  'delivered',
  'read',
  'rejected',
  'undeliverable',
  'failed',
  'cancelled',
  'expired',
]);

/** Nothing more is due. `delivered` may still become `read`; nothing else leaves a final status. */
export const isFinal = (status: MessageStatus): boolean => finalStatuses.has(status);

/** Recorded, and no call to Vonage is under way or behind it for what is due next. */
const notSentStatuses: ReadonlySet<MessageStatus> = new Set(['scheduled', 'accepted', 'retrying']);

/** True while the next attempt can still be withdrawn. */
export const isWaitingToBeSent = (status: MessageStatus): boolean => notSentStatuses.has(status);
