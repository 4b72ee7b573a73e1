import { isDeepStrictEqual } from 'node:util';
import {
  countryOfAddress,
  parseRecipient,
  parseSenderAddress,
} from '../../domain/contacts/address.js';
import { ERASED } from '../../domain/erasure-events.js';
import type { MessageRequest } from '../../domain/message/message-events.js';
import type { TrackedMessage } from '../../domain/message/message.js';
import type { Caller } from '../access/caller.js';
import { ApplicationError } from '../errors.js';
import type { Admission } from '../guards/admission.js';
import type { Handled, MessageLedger } from '../message-ledger.js';
import type { Clock } from '../ports/clock.js';
import {
  composeRequest,
  type Composition,
  type MessageDraft,
  type RequestDefaults,
  type SoundMessage,
} from './compose-request.js';
import type { RequestIds } from './request-ids.js';

export interface SentRequest {
  readonly messageId: string;
  /** The message as requested: the same answer for every repeat. */
  readonly request: MessageRequest;
  readonly createdAt: string;
  readonly repeated: boolean;
}

/** Records a caller's request. Handing it to Vonage is the dispatcher's work. */
export class SendMessage {
  constructor(
    private readonly messages: MessageLedger,
    private readonly ids: RequestIds,
    private readonly clock: Clock,
    private readonly defaults: RequestDefaults,
    private readonly admission: Pick<Admission, 'around'>,
  ) {}

  /** Reads a draft, or names all its faults; nothing is recorded. */
  readonly compose = (draft: MessageDraft): Composition =>
    composeRequest(draft, this.defaults, this.clock.now());

  /**
   * Resolves after the commit.
   * @param idempotencyKey the same key with the same request is the same message, for ever
   * @throws StoreUnavailable, AppendOutcomeUnknown
   * @throws ApplicationError `idempotency-key-reused` for another request under the same key, `country-not-allowed`
   * @throws LimitExceeded
   */
  async execute(
    { draft, request }: SoundMessage,
    caller: Caller,
    idempotencyKey: string | undefined,
  ): Promise<SentRequest> {
    const { actor } = caller;
    const messageId = await this.ids.ofMessage(actor, idempotencyKey);
    // The event has no id derived from the message: two callers with the same key but different requests would both be
    // told that theirs was recorded.
    const { events, before, after } = await this.record(messageId, request, caller);
    if (events.length > 0 && after.kind === 'tracked') {
      return { messageId, request, createdAt: after.createdAt, repeated: false };
    }
    if (before.kind === 'tracked') return repeatOf(messageId, before, request, draft);
    throw new Error('A request on an empty stream recorded nothing.');
  }

  /**
   * Records a valid request within the limits, unless the message exists already: a repeat counts against no limit.
   * @param before is called once the limits admit it, right before it is recorded. @throws to have nothing recorded
   * @throws ApplicationError `country-not-allowed`; LimitExceeded; StoreUnavailable, AppendOutcomeUnknown
   */
  record(
    messageId: string,
    request: MessageRequest,
    caller: Caller,
    before?: () => Promise<void>,
  ): Promise<Handled> {
    const { actor } = caller;
    const factId = this.messages.newFactId();
    let isBegun = false;
    return this.admission.around(
      caller,
      (admit) =>
        this.messages.handle(
          messageId,
          { type: 'RequestMessage', request },
          {
            source: 'api',
            factId,
            admit: async (_, at) => {
              isBegun = false;
              await admit(request, at);
              await before?.();
              isBegun = true;
            },
            actor,
          },
        ),
      ({ events }) => events.length > 0,
      // The outcome that is unknown may be that of `before`: then the message itself was never appended.
      async () => isBegun && this.messages.beginsWith(messageId, factId),
    );
  }
}

function repeatOf(
  messageId: string,
  recorded: TrackedMessage,
  request: MessageRequest,
  draft: MessageDraft,
): SentRequest {
  if (recorded.request === null) {
    throw new ApplicationError(
      'message-already-reported',
      'Vonage has already reported on a message with this Idempotency-Key, though this ledger holds no request for it. It is not sent again.',
    );
  }
  if (recorded.to === ERASED) {
    throw new ApplicationError(
      'message-erased',
      'This Idempotency-Key was used for a message whose recipient was erased since. Nothing is sent.',
    );
  }
  if (!wantsTheSame(recorded.request, request, draft, recorded.createdAt)) {
    throw new ApplicationError(
      'idempotency-key-reused',
      'This Idempotency-Key was used for another request. Use a new key for a new message.',
    );
  }
  return {
    messageId,
    request: recorded.request,
    createdAt: recorded.createdAt,
    repeated: true,
  };
}

/**
 * True when both requests ask for the same. Fields derived from the request or from its time are not compared. Fields
 * that a repeat leaves to our settings count as recorded, because the settings may have changed in between.
 */
function wantsTheSame(
  recorded: MessageRequest,
  repeat: MessageRequest,
  draft: MessageDraft,
  recordedAt: string,
): boolean {
  const wish = (request: MessageRequest): object => {
    const { sendAt: _, expiresAt: __, segments: ___, country: ____, ...said } = request;
    return said;
  };
  const { channel } = recorded;
  const readTo = asRecorded(parseRecipient);
  const readFrom = asRecorded(parseSenderAddress);
  const repeated = {
    ...repeat,
    to: readTo(draft.to, channel, recorded.to, repeat.to),
    from: readFrom(draft.from, channel, recorded.from, repeat.from),
    confirmWithinSeconds:
      draft.confirmWithinSeconds === undefined
        ? recorded.confirmWithinSeconds
        : repeat.confirmWithinSeconds,
    fallback: repeat.fallback.map((step, index) => {
      const before = recorded.fallback[index] ?? step;
      const written = draft.fallback?.[index];
      return {
        ...step,
        to: readTo(written?.to ?? draft.to, before.channel, before.to, step.to),
        from: readFrom(written?.from, before.channel, before.from, step.from),
      };
    }),
  };
  return (
    isDeepStrictEqual(wish(recorded), wish(repeated)) &&
    wantsTheSameTime(recorded.sendAt, draft.sendAt, recordedAt)
  );
}

/**
 * Returns a function that reads an address as it was read when the message was recorded: `DEFAULT_COUNTRY` may have
 * changed since, and an address that the repeat leaves out is ours. An address that had no such reading is read as today.
 */
const asRecorded =
  (parse: typeof parseRecipient) =>
  (written: string | undefined, channel: string, recorded: string, now: string): string => {
    if (written === undefined) return recorded;
    const countries = [countryOfAddress(recorded, channel), null];
    const readings = countries.map((country) => parse(written, channel, country));
    return readings.some((one) => one.ok && one.address === recorded) ? recorded : now;
  };

/** Compares the times of sending. A time already past at the request is recorded as null. */
function wantsTheSameTime(
  recorded: string | null,
  wanted: string | undefined,
  recordedAt: string,
): boolean {
  if (wanted === undefined) return recorded === null;
  const wantedMs = Date.parse(wanted);
  return recorded === null ? wantedMs <= Date.parse(recordedAt) : wantedMs === Date.parse(recorded);
}
