import type { Suppression } from '../../domain/contacts/contact.js';
import { readingOf, type AddressReading } from '../../domain/contacts/address.js';
import type { FallbackStep, MessageRequest } from '../../domain/message/message-events.js';
import type { Segments } from '../../domain/segments.js';
import { segmentsOf } from '../../domain/segments.js';
import type { SenderHold, Sending } from '../../domain/sending/sending.js';
import { unicodeUseOf, type UnicodeCharacter } from '../../domain/text/unicode-characters.js';
import type { Contacts } from '../contacts/contacts.js';
import { clause } from '../auditing/sentences.js';
import type { Caller } from '../access/caller.js';
import type { ErrorCode, Fault } from '../errors.js';
import type { Admission } from '../guards/admission.js';
import type { Logger } from '../ports/logger.js';
import { formatAmount } from '../projecting/messages/money.js';
import { COST_DAYS, type TypicalCost, type TypicalCosts } from '../reporting/typical-cost.js';
import { ThrottledLog } from '../throttled-log.js';
import type { Composition, MessageDraft } from './compose-request.js';
import type { SteerSending } from '../steering/steer-sending.js';

export interface PreviewedRecipient {
  readonly address: string;
  /** ISO 3166-1 alpha-2; null where the address tells none. */
  readonly country: string | null;
  readonly readAs: AddressReading;
}

export interface PreviewedUnicode {
  readonly characters: readonly UnicodeCharacter[];
  readonly more: number;
  /** The text with look-alikes, and its segments; null when some character has no look-alike. */
  readonly replaced: { readonly text: string; readonly segments: Segments } | null;
}

export interface EstimatedCost {
  readonly currency: string;
  readonly amount: string;
  /** Price of one segment of an SMS, or of one message of another channel. */
  readonly each: string;
}

/** The result that a send would have. Parts that have a fault, or that another part's fault hides, are null. */
export interface MessagePreview {
  /** True when a send of the same body would be recorded. */
  readonly allowed: boolean;
  /** The limit that would refuse it now; null: none. Unknown, and null, where there are faults. */
  readonly refusal: { readonly code: ErrorCode; readonly detail: string } | null;
  /** Every fault that a send would name. */
  readonly faults: readonly Fault[];
  readonly to: PreviewedRecipient | null;
  readonly from: string | null;
  readonly channel: string | null;
  readonly segments: Segments | null;
  /** Null where nothing in the text needs Unicode, and for channels other than SMS. */
  readonly unicode: PreviewedUnicode | null;
  /** Costs by currency; null when unknown, and `costBasis` says why. */
  readonly estimatedCost: readonly EstimatedCost[] | null;
  readonly costBasis: string;
  readonly fallback: readonly FallbackStep[] | null;
  /** The suppression of the recipient; null: none, or the recipient has a fault. */
  readonly optedOut: Pick<Suppression, 'state' | 'source' | 'since' | 'sender'> | null;
  /** The planned time of sending; null: immediately. */
  readonly sendAt: string | null;
  readonly expiresAt: string | null;
  readonly held: Omit<Extract<Sending, { state: 'held' }>, 'state'> | null;
  /** The planned time of sending, in words for a person. */
  readonly explanation: string;
}

type Known = Partial<MessageRequest>;
type Costs = Pick<MessagePreview, 'estimatedCost' | 'costBasis'>;

/** Previews a send without recording anything. */
export class PreviewMessage {
  private readonly log: ThrottledLog;

  constructor(
    private readonly steering: Pick<SteerSending, 'look' | 'senderHold'>,
    private readonly costs: TypicalCosts,
    private readonly admission: Pick<Admission, 'refusal'>,
    private readonly contacts: Pick<Contacts, 'suppression'>,
    logger: Logger,
  ) {
    this.log = new ThrottledLog(logger);
  }

  /** @throws StoreUnavailable, ProjectorUnavailable where costs are capped */
  async execute(composition: Composition, caller: Caller): Promise<MessagePreview> {
    const known: Known = composition.ok ? composition.request : composition.understood;
    const [sending, costs, suppression, refused] = await Promise.all([
      this.steering.look(),
      this.costsOf(known),
      this.suppressionOf(known),
      composition.ok ? this.admission.refusal(composition.request, caller) : undefined,
    ]);
    const { channel = '', from = '' } = known;
    const senderHold = this.steering.senderHold(channel, from);
    return {
      allowed: composition.ok && refused === undefined,
      refusal: refused === undefined ? null : { code: refused.code, detail: refused.message },
      faults: composition.ok ? [] : composition.faults,
      to: recipientOf(known, composition.draft.to),
      from: known.from ?? null,
      channel: known.channel ?? null,
      segments: known.segments ?? null,
      unicode: unicodeOf(composition.draft),
      ...costs,
      fallback: known.fallback ?? null,
      optedOut: suppression && shown(suppression),
      sendAt: known.sendAt ?? null,
      expiresAt: known.expiresAt ?? null,
      held: heldOf(sending) ?? heldOfSender(senderHold),
      explanation:
        refused === undefined
          ? explain(composition.ok, known, sending, senderHold)
          : `It would be refused now. ${refused.message}`,
    };
  }

  private async suppressionOf({
    to,
    from: sender = '',
    channel,
  }: Known): Promise<Suppression | null> {
    if (to === undefined || channel === undefined) return null;
    return this.contacts.suppression(to, { sender, channel });
  }

  private async costsOf({ to, country = null, channel, segments }: Known): Promise<Costs> {
    if (to === undefined || channel === undefined || segments === undefined) {
      return unknownCost('The cost is not estimated before the recipient and the text are right');
    }
    try {
      const where = country ?? 'numbers and ids of no country';
      const typical = await this.costs.of(country, channel);
      if (typical.length === 0) {
        return unknownCost(
          `Not known: no report of the last ${COST_DAYS} days names a price for ${channel} to ${where}`,
        );
      }
      const units = channel === 'sms' ? segments.count : 1;
      return {
        estimatedCost: typical.map(({ currency, amount }) => ({
          currency,
          amount: formatAmount(amount * units),
          each: formatAmount(amount),
        })),
        costBasis: basisOf(typical, channel, where),
      };
    } catch (error) {
      this.log.warn('cost', { error }, 'A preview could not read what messages cost.');
      return unknownCost('Not known: the delivery report cannot be read at the moment');
    }
  }
}

const shown = ({ state, source, since, sender }: Suppression): MessagePreview['optedOut'] => ({
  state,
  source,
  since,
  sender,
});

const unknownCost = (reason: string): Costs => ({ estimatedCost: null, costBasis: `${reason}.` });

function basisOf(typical: readonly TypicalCost[], channel: string, where: string): string {
  const days = Math.max(...typical.map((cost) => cost.days));
  const unit = channel === 'sms' ? 'segment' : 'message';
  return (
    `The median of what a ${unit} by ${channel} to ${where} cost per day, ` +
    `on ${days} of the last ${COST_DAYS} days. Fallback steps are not included.`
  );
}

function recipientOf(
  { to, channel, country = null }: Known,
  written: string | undefined,
): PreviewedRecipient | null {
  if (to === undefined || channel === undefined || written === undefined) return null;
  return { address: to, country, readAs: readingOf(written, channel, to) };
}

/** Inspects the text as it was given, also when its `encoding` refuses it: then the caller most needs to know why. */
function unicodeOf({
  text,
  channel = 'sms',
  encoding = 'auto',
}: Partial<MessageDraft>): PreviewedUnicode | null {
  if (text === undefined || channel !== 'sms') return null;
  const use = unicodeUseOf(text);
  if (use === undefined) return null;
  const { characters, more, plainText } = use;
  const replaced = plainText === null ? undefined : segmentsOf(plainText, encoding);
  return {
    characters,
    more,
    replaced:
      plainText === null || replaced?.ok !== true
        ? null
        : { text: plainText, segments: replaced.segments },
  };
}

function heldOf(sending: Sending): MessagePreview['held'] {
  if (sending.state === 'flowing') return null;
  const { state: _, ...hold } = sending;
  return hold;
}

const heldOfSender = (hold: SenderHold | undefined): MessagePreview['held'] =>
  hold === undefined
    ? null
    : { since: hold.since, cause: 'configuration', reason: hold.reason, by: hold.by };

function explain(
  allowed: boolean,
  { sendAt = null, expiresAt = null }: Known,
  sending: Sending,
  senderHold: SenderHold | undefined,
): string {
  if (!allowed) return 'It would not be sent: a send is refused while there are faults.';
  const due = sendAt === null ? 'at once' : `at ${sendAt}`;
  const ending =
    expiresAt === null ? '' : ` It would expire at ${expiresAt} if it is not sent by then.`;
  const hold = sending.state === 'held' ? sending : senderHold;
  if (hold === undefined) return `It would be handed to Vonage ${due}.${ending}`;
  const what = hold === senderHold ? 'sending by this sender' : 'sending';
  return (
    `It would be accepted, and handed to Vonage ${due} only if ${what} is released by then: ` +
    `${what} is held since ${hold.since} (${clause(hold.reason)}).${ending}`
  );
}
