import type { ContactEvent } from './contacts/contact-events.js';
import type { ErasureEvent } from './erasure-events.js';
import type { InboundEvent } from './inbound-events.js';
import type { KeyEvent } from './keys/key-events.js';
import type { LedgerEncrypted } from './keys/ledger-encrypted.js';
import type { KeyStoreBound } from './keys/key-store-bound.js';
import type { QuotaEvent } from './limits/quota-events.js';
import type { MessageEvent } from './message/message-events.js';
import type { OutageNoticed } from './outage-events.js';
import type { QuarantineEvent } from './quarantine-events.js';
import type { SendingEvent } from './sending/sending-events.js';
import type { CheckpointShared } from './webhooks/checkpoint-event.js';
import type { EndpointEvent } from './webhooks/endpoint-events.js';

/** Every fact that Waybill ever records. */
export type DomainEvent =
  | MessageEvent
  | InboundEvent
  | QuarantineEvent
  | SendingEvent
  | KeyEvent
  | KeyStoreBound
  | LedgerEncrypted
  | QuotaEvent
  | ContactEvent
  | ErasureEvent
  | EndpointEvent
  | CheckpointShared
  | OutageNoticed;

export type DomainEventType = DomainEvent['type'];
