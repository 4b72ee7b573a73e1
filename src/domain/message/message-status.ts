/** The statuses of a message. */
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

/** Statuses of a recorded message without a call to Vonage, under way or made, for its next due attempt. */
const notSentStatuses: ReadonlySet<MessageStatus> = new Set(['scheduled', 'accepted', 'retrying']);

/** True while the next attempt can still be withdrawn. */
export const isWaitingToBeSent = (status: MessageStatus): boolean => notSentStatuses.has(status);
