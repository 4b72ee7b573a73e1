/** The stream names, built in one place. */
export const messageStream = (messageId: string): string => `message-${messageId}`;
export const inboundStream = (messageUuid: string): string => `inbound-${messageUuid}`;

/** One stream per UTC day. @param receivedAt ISO 8601 UTC */
export const quarantineStream = (receivedAt: string): string =>
  `quarantine-${receivedAt.slice(0, 10)}`;

/** The outages that were noticed, one stream per UTC hour. @param noticedAt ISO 8601 UTC */
export const outageStream = (noticedAt: string): string => `outages-${noticedAt.slice(0, 13)}`;

/** One contact's consent. @param contactId random, so that the name tells no number */
export const contactStream = (contactId: string): string => `${CONTACT_STREAMS}${contactId}`;

/** The receivers of outgoing webhooks. */
export const ENDPOINTS_STREAM = 'endpoints-main';

/** The checkpoints of the transparency log that were shared. */
export const CHECKPOINTS_STREAM = 'checkpoints-main';

/** The first event of a ledger that was encrypted afterwards. */
export const ENCRYPTION_STREAM = 'encryption-main';

/** Names the key store of the ledger. */
export const KEY_STORE_STREAM = 'keystore-main';

export const CONTACT_STREAMS = 'contact-';

/** One erasure. @param personId random */
export const personStream = (personId: string): string => `${PERSON_STREAMS}${personId}`;

export const PERSON_STREAMS = 'person-';

/** The stream that records which personal data retention destroyed. */
export const RETENTION_STREAM = 'retention-main';

/** States whether messages are handed to Vonage. */
export const SENDING_STREAM = 'sending-main';

/** One API key: its creation and its revocation. */
export const keyStream = (name: string): string => `key-${name}`;

/** The names of all API keys that were ever made. */
export const KEYRING_STREAM = 'keyring-main';

/** The uses of a key, one stream per UTC month, so that few events tell the last use. @param at ISO 8601 UTC */
export const keyUseStream = (name: string, at: string): string =>
  `keyuse-${name}:${at.slice(0, 'yyyy-mm'.length)}`;

/**
 * A page of a quota's counter. @param quota scope and window, such as `all:2026-11-28` @param page counts from 1
 */
export const limitStream = (quota: string, page: number): string => `limit-${quota}:${page}`;

export const MESSAGE_STREAMS = 'message-';
export const INBOUND_STREAMS = 'inbound-';

/** The message id of a message's stream, or undefined for another kind of stream. */
export const messageIdOfStream = (stream: string): string | undefined =>
  stream.startsWith(MESSAGE_STREAMS) ? stream.slice(MESSAGE_STREAMS.length) : undefined;

/**
 * The streams that read models are made of. A position of theirs can be waited for: a follower of these may never hear of an event
 * elsewhere, while nothing else happens.
 */
export const PROJECTED_STREAMS: readonly string[] = [
  MESSAGE_STREAMS,
  INBOUND_STREAMS,
  'quarantine-',
  CONTACT_STREAMS,
];

/** Every kind of stream that Waybill writes. */
export const LEDGER_STREAMS: readonly string[] = [
  MESSAGE_STREAMS,
  INBOUND_STREAMS,
  'quarantine-',
  'sending-',
  'key-',
  'keyring-',
  'keyuse-',
  'keystore-',
  'encryption-',
  'limit-',
  CONTACT_STREAMS,
  PERSON_STREAMS,
  'retention-',
  'endpoints-',
  'checkpoints-',
  'outages-',
];
