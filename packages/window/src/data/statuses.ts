import type { MessageStatus } from 'waybill-client';
import type { Shape } from '../parts/shapes.js';

/** The reader's view of a status; each has a colour. */
export type Family = 'arrived' | 'moving' | 'doubt' | 'lost' | 'closed' | 'clash';

export interface StatusLook {
  readonly word: string;
  readonly family: Family;
  readonly shape: Shape;
}

/** Colour, shape and word of each status: they always go together. */
export const statuses: Readonly<Record<MessageStatus, StatusLook>> = {
  scheduled: { word: 'Scheduled', family: 'closed', shape: 'scheduled' },
  accepted: { word: 'Accepted', family: 'moving', shape: 'accepted' },
  sending: { word: 'Sending', family: 'moving', shape: 'sending' },
  sent: { word: 'Sent', family: 'moving', shape: 'sent' },
  submitted: { word: 'Submitted', family: 'moving', shape: 'submitted' },
  delivered: { word: 'Delivered', family: 'arrived', shape: 'delivered' },
  read: { word: 'Read', family: 'arrived', shape: 'read' },
  unconfirmed: { word: 'Unconfirmed', family: 'doubt', shape: 'unconfirmed' },
  unknown: { word: 'Unknown', family: 'doubt', shape: 'unknown' },
  retrying: { word: 'Retrying', family: 'doubt', shape: 'retrying' },
  rejected: { word: 'Rejected', family: 'lost', shape: 'rejected' },
  undeliverable: { word: 'Undeliverable', family: 'lost', shape: 'undeliverable' },
  failed: { word: 'Failed', family: 'lost', shape: 'failed' },
  cancelled: { word: 'Cancelled', family: 'closed', shape: 'cancelled' },
  expired: { word: 'Expired', family: 'closed', shape: 'expired' },
};

/** The statuses to search when a person says that nothing came. */
export const NOT_ARRIVED: readonly MessageStatus[] = [
  'unconfirmed',
  'unknown',
  'retrying',
  'rejected',
  'undeliverable',
  'failed',
  'cancelled',
  'expired',
];
