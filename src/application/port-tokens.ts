import type { Agenda } from './ports/agenda.js';
import type { ContactListings } from './ports/contact-listings.js';
import type { Conversations } from './ports/conversations.js';
import type { DeliveryStore } from './ports/delivery-store.js';
import type { DeliveryTimes } from './ports/delivery-times.js';
import type { DeliveryTotalsSource } from './ports/delivery-totals.js';
import type { EventFeed } from './ports/event-feed.js';
import type { EventStore } from './ports/event-store.js';
import type { InboundMessages } from './ports/inbound-messages.js';
import type { KeyStore, UnboundKeyStore } from './ports/key-store.js';
import type { Leadership } from './ports/leadership.js';
import type { LedgerCheck } from './ports/ledger-check.js';
import type { LogStore } from './ports/log-store.js';
import type { StoredEvents } from './ports/stored-events.js';
import type { LedgerOrigins, ReadModelOrigin } from './ports/ledger-origin.js';
import type { AgedRows, PersonRows } from './ports/person-rows.js';
import type { PersonalKeys } from './ports/personal-keys.js';
import type { MessageIndex } from './ports/message-index.js';
import type { MessageSearch } from './ports/message-search.js';
import type { Paces } from './ports/pace.js';
import type { ProjectionPositions, ProjectionTimes } from './ports/projection-positions.js';
import type { SetAside } from './ports/set-aside.js';
import type { SmsGateway } from './ports/sms-gateway.js';
import type { LogSigner } from './ports/log-signer.js';
import type { WebhookDeliverer } from './ports/webhook-deliverer.js';
import type { WebhookSender } from './ports/webhook-sender.js';
import type { ProviderReports } from './ports/provider-reports.js';
import type { ProjectorControl } from './projecting/projector.js';
import type { Token } from './recipe.js';

const token = <Port>(name: string): Token<Port> => Symbol(name);

// Ports onto the ledger.
export const EVENT_STORE = token<EventStore>('EventStore');
export const EVENT_FEED = token<EventFeed>('EventFeed');
/** The ledger itself, without the observer around its store. */
export const LEDGER = token<
  LedgerOrigins & { readonly check?: LedgerCheck; readonly stored: StoredEvents }
>('Ledger');

// Ports onto the read models.
export const AGENDA = token<Agenda>('Agenda');
export const MESSAGE_INDEX = token<MessageIndex>('MessageIndex');
export const MESSAGE_SEARCH = token<MessageSearch>('MessageSearch');
export const DELIVERY_TOTALS = token<DeliveryTotalsSource>('DeliveryTotals');
export const DELIVERY_TIMES = token<DeliveryTimes>('DeliveryTimes');
export const INBOUND_MESSAGES = token<InboundMessages>('InboundMessages');
export const CONTACT_LISTINGS = token<ContactListings>('ContactListings');
export const CONVERSATIONS = token<Conversations>('Conversations');
export const PERSON_ROWS = token<PersonRows>('PersonRows');
export const AGED_ROWS = token<AgedRows>('AgedRows');
export const SET_ASIDE = token<SetAside>('SetAside');
export const READ_MODEL_ORIGIN = token<ReadModelOrigin>('ReadModelOrigin');
export const PROJECTION_POSITIONS = token<ProjectionPositions & ProjectionTimes>(
  'ProjectionPositions',
);
/** Runs the projections. */
export const PROJECTOR = token<ProjectorControl>('Projector');

// Ports onto others.
export const LOG_STORE = token<LogStore>('LogStore');
/** Signs the transparency log. */
export const LOG_SIGNER = token<LogSigner>('LogSigner');
export const WEBHOOK_SENDER = token<WebhookSender>('WebhookSender');
export const WEBHOOK_DELIVERER = token<WebhookDeliverer>('WebhookDeliverer');
export const DELIVERY_STORE = token<DeliveryStore>('DeliveryStore');
export const KEY_STORE = token<KeyStore>('KeyStore');
/** The key store before it is known to be that of the ledger. */
export const UNBOUND_KEY_STORE = token<UnboundKeyStore>('UnboundKeyStore');
export const PERSONAL_KEYS = token<PersonalKeys>('PersonalKeys');
export const SMS_GATEWAY = token<SmsGateway>('SmsGateway');
export const PROVIDER_REPORTS = token<ProviderReports>('ProviderReports');
export const LEADERSHIP = token<Leadership>('Leadership');
export const PACES = token<Paces>('Paces');
