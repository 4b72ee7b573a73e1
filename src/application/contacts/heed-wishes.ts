import { wishOf } from '../../domain/contacts/consent-keywords.js';
import { suppressionOf, type Route, type Statement } from '../../domain/contacts/contact.js';
import type { Inbound } from '../../domain/inbound-events.js';
import type { Report } from '../../domain/report.js';
import type { AnswerKeyword } from './answer-keyword.js';
import type { Contacts } from './contacts.js';

/** Vonage's code for a recipient who said STOP to the sender (Messages API, delivery errors). */
const OPTED_OUT_CODES: ReadonlySet<string> = new Set(['1240']);
/** The number is on Vonage's list, or the carrier has blocked it. */
const BARRED_CODES: ReadonlySet<string> = new Set(['1050', '1280']);

/**
 * Records what a webhook says about a person's consent. A repeat of the webhook changes nothing, nor does one that names
 * nobody.
 */
export class HeedWishes {
  constructor(
    private readonly contacts: Contacts,
    private readonly answer: AnswerKeyword,
  ) {}

  /**
   * @param words the text, or the label of the chosen button; null where there is none
   * @throws StoreUnavailable, AppendOutcomeUnknown, ConcurrencyConflict, UndecodableEvent
   */
  async ofInbound(
    inbound: Inbound,
    words: string | null,
    occurredAt: string,
    factId: string,
  ): Promise<void> {
    const found = words === null ? undefined : wishOf(words);
    if (found === undefined || inbound.from === '') return;
    if (found.wish === 'help') return this.answer.ofHelp(inbound, occurredAt);
    const { from, to, channel, messageUuid } = inbound;
    if (found.wish === 'yes' && !(await this.hasSaidStop(from, { sender: to, channel }))) return;
    const statement: Statement = {
      type: eventOf[found.wish],
      number: from,
      sender: this.senderOf(to),
      channel: null,
      source: 'keyword',
      keyword: found.keyword,
      errorCode: null,
      messageUuid,
      reason: null,
      by: null,
      occurredAt,
    };
    const contact = await this.contacts.state(statement, { source: 'webhook', factId });
    if (found.wish === 'doubtful') return;
    const kind = found.wish === 'stop' ? 'stop' : 'start';
    await this.answer.ofWish(kind, inbound, contact, occurredAt);
  }

  /** @throws StoreUnavailable, AppendOutcomeUnknown, ConcurrencyConflict, UndecodableEvent */
  async ofReport(report: Report, occurredAt: string): Promise<void> {
    const code = report.error?.code;
    if (code === null || code === undefined || report.to === '') return;
    const isOptOut = OPTED_OUT_CODES.has(code);
    if (!isOptOut && !BARRED_CODES.has(code)) return;
    const { to, from, channel, messageUuid, reportId } = report;
    const statement: Statement = {
      type: isOptOut ? 'OptedOut' : 'ContactBarred',
      number: to,
      // The code names no sender: it is about the one that was used.
      sender: isOptOut ? this.senderOf(from) : null,
      // A carrier that blocks a text blocks no other channel.
      channel: isOptOut ? null : channel,
      source: 'error',
      keyword: null,
      errorCode: code,
      messageUuid,
      reason: null,
      by: null,
      occurredAt,
    };
    await this.contacts.state(statement, { source: 'webhook', factId: reportId });
  }

  /** A wish that names no sender of ours concerns all: nothing would ever be sent by one without a name. */
  private senderOf(sender: string): string | null {
    return this.contacts.scope === 'all' || sender === '' ? null : sender;
  }

  /** YES answers many questions: it renews consent only where this person ended it by a keyword. */
  private async hasSaidStop(number: string, route: Route): Promise<boolean> {
    const { contact } = await this.contacts.read(number);
    return suppressionOf(contact, route, this.contacts.scope)?.source === 'keyword';
  }
}

const eventOf = {
  stop: 'OptedOut',
  start: 'OptedIn',
  yes: 'OptedIn',
  doubtful: 'OptOutSuspected',
} as const;
