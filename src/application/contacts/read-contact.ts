import { countryOfAddress } from '../../domain/contacts/address.js';
import { PHONE_NUMBER_DIGITS_MAX } from '../../domain/contacts/phone-number.js';
import { isFinal, type MessageStatus } from '../../domain/message/message-status.js';
import type { ReadMessage } from '../auditing/read-message.js';
import { ApplicationError, InvalidRequest, UndecodableEvent } from '../errors.js';
import type {
  ConversationEntry,
  ConversationKey,
  ConversationPage,
  Conversations,
  ConversationStart,
} from '../ports/conversations.js';
import type { AsOf, Freshness } from '../reporting/as-of.js';
import { cursorProblem, decodeCursor, encodeCursor } from '../reporting/cursor.js';
import { viewConsentChange, type ConsentChange } from './consent-view.js';
import { summarize, type ContactSummary } from './contact-summary.js';
import type { Contacts } from './contacts.js';

export const CONVERSATION_LIMIT_DEFAULT = 50;
/** Each message that we sent costs the reading of its stream. */
export const CONVERSATION_LIMIT_MAX = 100;
/** The most messages of one direction that are counted. */
const COUNTED_MAX = 10_000;
/** The newest changes of consent that are shown. */
const HISTORY_MAX = 100;

/** A message that we sent. Fields are null where its stream is damaged. */
export interface OutboundEntry {
  readonly direction: 'outbound';
  readonly at: string;
  readonly id: string;
  readonly status: MessageStatus | null;
  readonly statusSince: string | null;
  readonly final: boolean;
  readonly contradicted: boolean;
  readonly channel: string | null;
  readonly from: string | null;
  /** Vonage's name of the received message that it answers. */
  readonly inReplyTo: string | null;
  readonly text: string | null;
}

/** A message that we received. */
export interface InboundEntry {
  readonly direction: 'inbound';
  readonly at: string;
  readonly messageUuid: string;
  readonly channel: string;
  readonly to: string;
  readonly messageType: string;
  readonly text: string | null;
  readonly keyword: string | null;
}

export interface ContactView extends ContactSummary {
  readonly country: string | null;
  /** Newest first. */
  readonly history: readonly ConsentChange[];
  readonly conversation: {
    /** Oldest first. */
    readonly items: readonly (OutboundEntry | InboundEntry)[];
    /** Null: there is nothing before. */
    readonly before: string | null;
    /** Null: no message is known yet. */
    readonly after: string | null;
  };
  readonly asOf: AsOf;
}

/** The part of a conversation that is asked for. Undefined: the newest. */
export type ConversationPlace = { readonly before: string } | { readonly after: string };

/** One person: consent, counts, and the conversation in both directions. */
export class ReadContact {
  constructor(
    private readonly contacts: Contacts,
    private readonly conversations: Conversations,
    private readonly messages: Pick<ReadMessage, 'execute'>,
    private readonly freshness: Freshness,
  ) {}

  /**
   * A number that nobody knows has no messages and an unknown consent.
   * @throws InvalidRequest for a cursor of another contact; StoreUnavailable, UndecodableEvent
   */
  async execute(
    number: string,
    place: ConversationPlace | undefined,
    limit = CONVERSATION_LIMIT_DEFAULT,
  ): Promise<ContactView> {
    const start = startOf(number, place);
    const page = await this.conversations.page(number, start, limit);
    const traffic = await this.conversations.traffic(number, COUNTED_MAX);
    const { contact, history } = await this.contacts.read(number);
    return {
      ...summarize(number, contact, traffic, this.contacts.scope),
      // A longer one is an id of another channel.
      country: number.length > PHONE_NUMBER_DIGITS_MAX ? null : countryOfAddress(number, 'sms'),
      history: history.slice(-HISTORY_MAX).toReversed().map(viewConsentChange),
      conversation: {
        items: await Promise.all(page.entries.map((entry) => this.entry(entry))),
        ...cursorsOf(number, start, page),
      },
      asOf: await this.freshness.asOfAll(page.progress),
    };
  }

  private async entry({
    key,
    messageId,
    inbound,
  }: ConversationEntry): Promise<OutboundEntry | InboundEntry> {
    const at = new Date(key.at).toISOString();
    if (inbound !== undefined) {
      const { messageUuid, channel, to, messageType, text, keyword } = inbound;
      return { direction: 'inbound', at, messageUuid, channel, to, messageType, text, keyword };
    }
    try {
      const found = await this.messages.execute(messageId, undefined);
      const { id, status, statusSince, contradicted, channel, from } = found;
      const { text, inReplyTo } = found;
      const final = isFinal(status);
      const shown = { id, status, statusSince, final, contradicted, channel, from };
      return { direction: 'outbound', at, ...shown, inReplyTo, text };
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      return { direction: 'outbound', at, id: messageId, ...unreadable };
    }
  }
}

/** A stream that is damaged, or gone in a restored copy, must not hide all others. */
const isUnreadable = (error: unknown): boolean =>
  error instanceof UndecodableEvent ||
  (error instanceof ApplicationError && error.code === 'message-not-found');

const unreadable = {
  status: null,
  statusSince: null,
  final: false,
  contradicted: false,
  channel: null,
  from: null,
  inReplyTo: null,
  text: null,
} as const;

function startOf(number: string, place: ConversationPlace | undefined): ConversationStart {
  if (place === undefined) return { side: 'before' };
  const side = 'before' in place ? 'before' : 'after';
  const key = keyOf(number, 'before' in place ? place.before : place.after);
  if (key !== undefined) return { side, key };
  throw new InvalidRequest([{ parameter: side, detail: `${side} ${cursorProblem}` }]);
}

function cursorsOf(
  number: string,
  start: ConversationStart,
  { entries, isMore }: ConversationPage,
): { readonly before: string | null; readonly after: string | null } {
  const first = entries[0]?.key;
  const last = entries.at(-1)?.key ?? start.key;
  const isMoreBefore = start.side === 'after' ? true : isMore;
  const oldest = first ?? (start.side === 'after' ? start.key : undefined);
  return {
    before: isMoreBefore && oldest !== undefined ? cursorOf(number, oldest) : null,
    after: last === undefined ? null : cursorOf(number, last),
  };
}

const cursorOf = (number: string, { direction, at, tie }: ConversationKey): string =>
  encodeCursor([direction, at, tie], number);

function keyOf(number: string, cursor: string): ConversationKey | undefined {
  const [direction, at, tie] = decodeCursor(cursor, number) ?? [];
  if (typeof at !== 'number') return undefined;
  if (direction === 'outbound' && typeof tie === 'number') return { direction, at, tie };
  if (direction === 'inbound' && typeof tie === 'string') return { direction, at, tie };
  return undefined;
}
