import { ERASED } from '../../domain/erasure-events.js';
import type { MessageCommand } from '../../domain/message/message-commands.js';
import { isFinal } from '../../domain/message/message-status.js';
import type { MessageRequest } from '../../domain/message/message-events.js';
import { mayHaveArrived, type TrackedMessage } from '../../domain/message/message.js';
import type { Caller } from '../access/caller.js';
import { messageNotFound } from '../auditing/message-not-found.js';
import { ApplicationError } from '../errors.js';
import type { Admission } from '../guards/admission.js';
import type { Handled, MessageLedger } from '../message-ledger.js';
import type { Clock } from '../ports/clock.js';
import type { MessageIndex } from '../ports/message-index.js';
import { ownMessageId } from './own-message-id.js';
import type { RequestIds } from './request-ids.js';
import type { SendMessage, SentRequest } from './send-message.js';

export interface ResendOptions {
  /** Without one, a message is sent again once; another key sends it another time. */
  readonly idempotencyKey: string | undefined;
  /** True refuses a message of which an attempt may have arrived, and one that was sent again under another key. */
  readonly isCareful?: boolean;
  /** True refuses a message that the same request made itself: a list that is asked again shows it too. */
  readonly refusesOwn?: boolean;
}

type LinkResent = Extract<MessageCommand, { readonly type: 'LinkResent' }>;

/** Sends a final message again, as a new message. */
export class ResendMessage {
  constructor(
    private readonly messages: MessageLedger,
    private readonly index: MessageIndex,
    private readonly sendMessage: SendMessage,
    private readonly ids: RequestIds,
    private readonly clock: Clock,
  ) {}

  /**
   * The old message names the new one before that is recorded. So of several calls one makes it, and whoever comes after a
   * call that was cut off in between completes what it began. The new id is derived from the old one and the Idempotency-Key.
   * @param id of the message, or Vonage's `message_uuid` of one of its attempts
   * @throws ApplicationError `message-not-found`, `message-not-resendable`, `message-erased`, `country-not-allowed`; LimitExceeded
   * @throws StoreUnavailable, AppendOutcomeUnknown
   */
  async execute(
    id: string,
    reason: string,
    caller: Caller,
    options: ResendOptions,
  ): Promise<SentRequest> {
    const { oldId, messageId, again } = await this.prepare(id, caller, options);
    const { isCareful = false } = options;
    const link: LinkResent = {
      type: 'LinkResent',
      messageId,
      reason,
      by: caller.actor ?? null,
      isCareful,
    };
    const { events, after } = await this.sendMessage.record(messageId, again, caller, () =>
      this.claim(oldId, link, caller),
    );
    if (after.kind === 'unheard-of' || after.request === null) throw alreadyReported();
    if (after.to === ERASED) throw messageErased(messageId);
    // Earlier versions named the new message last, and may have been cut off before.
    if (events.length === 0) await this.link(oldId, { ...link, isCareful: false }, caller);
    return {
      messageId,
      request: after.request,
      createdAt: after.createdAt,
      repeated: events.length === 0,
    };
  }

  /**
   * Returns the answer that `execute` would give now. Nothing is recorded.
   * @param admission counts what earlier rehearsals of the same run would have used
   * @throws the same
   */
  async rehearse(
    id: string,
    caller: Caller,
    options: ResendOptions,
    admission: Pick<Admission, 'around'>,
  ): Promise<SentRequest> {
    const { messageId, again } = await this.prepare(id, caller, options);
    const { message } = await this.messages.read(messageId);
    if (message.kind === 'unheard-of') {
      await admission.around(
        caller,
        (admit) => admit(again, this.clock.now()),
        () => true,
      );
      const createdAt = this.clock.now().toISOString();
      return { messageId, request: again, createdAt, repeated: false };
    }
    if (message.request === null) throw alreadyReported();
    if (message.to === ERASED) throw messageErased(messageId);
    return { messageId, request: message.request, createdAt: message.createdAt, repeated: true };
  }

  private async prepare(
    id: string,
    caller: Caller,
    { idempotencyKey, isCareful = false, refusesOwn = false }: ResendOptions,
  ): Promise<{
    readonly oldId: string;
    readonly messageId: string;
    readonly again: MessageRequest;
  }> {
    const oldId = await ownMessageId(this.messages, this.index, id);
    const { message: old } = await this.messages.read(oldId);
    if (old.kind === 'unheard-of') throw messageNotFound(id);
    if (refusesOwn) await this.checkNotOwn(oldId, old, caller, idempotencyKey);
    const wished = await this.ids.ofResent(oldId, caller.actor, idempotencyKey);
    const isRepeat = await this.messages.isRecorded(wished);
    const again = requestAgain(checkResendable(old, isRepeat), oldId, this.clock.now());
    if (!isCareful || isRepeat) return { oldId, messageId: wished, again };
    await this.checkNoneRecorded(old.resentAs.filter((repeat) => repeat !== wished));
    checkNotArrived(old);
    return { oldId, messageId: old.resentAs[0] ?? wished, again };
  }

  /** @throws ApplicationError `message-not-resendable` */
  private async checkNotOwn(
    id: string,
    { request }: TrackedMessage,
    { actor }: Caller,
    idempotencyKey: string | undefined,
  ): Promise<void> {
    const resendOf = request?.resendOf ?? null;
    if (resendOf === null) return;
    if ((await this.ids.ofResent(resendOf, actor, idempotencyKey)) !== id) return;
    throw notResendable(
      `This request has sent it itself, as the repeat of message ${resendOf}. To send it once more, use another Idempotency-Key.`,
    );
  }

  /** A repeat whose recording was cut off does not count. @throws ApplicationError `message-not-resendable` */
  private async checkNoneRecorded(repeats: readonly string[]): Promise<void> {
    for (const id of repeats.toReversed()) {
      if (!(await this.messages.isRecorded(id))) continue;
      throw notResendable(`The message was sent again already, as message ${id}. ${ALL_THE_SAME}`);
    }
  }

  /**
   * Names the new message on the old one. A call that was cut off may have done that, so the old one is checked again.
   * @throws ApplicationError `message-not-resendable`
   */
  private async claim(oldId: string, link: LinkResent, caller: Caller): Promise<void> {
    const { after } = await this.link(oldId, link, caller);
    if (after.kind === 'unheard-of') return;
    checkResendable(after, false);
    const { resentAs } = after;
    if (!resentAs.includes(link.messageId) && resentAs.length > 0) {
      throw notResendable(
        `The message is being sent again as message ${resentAs.at(-1)}. If nothing comes of that, ask again.`,
      );
    }
    if (link.isCareful) checkNotArrived(after);
  }

  private link(oldId: string, link: LinkResent, { actor }: Caller): Promise<Handled> {
    const factId = this.ids.ofLink(oldId, link.messageId);
    return this.messages.handle(oldId, link, { source: 'api', factId, actor });
  }
}

/** @throws ApplicationError `message-not-resendable` */
function checkResendable({ status, request }: TrackedMessage, isRepeat: boolean): MessageRequest {
  if (request === null) {
    throw notResendable('The message was not sent by this service, so its text is not known.');
  }
  if (!isRepeat && request.to === ERASED) {
    throw notResendable('The recipient was erased since, so neither number nor text is known.');
  }
  if (isRepeat || isFinal(status)) return request;
  const instead =
    status === 'unknown' ? ' POST /v1/messages/{id}/resolve decides about an unknown outcome.' : '';
  throw notResendable(`The message is ${status}: only one that is over is sent again.${instead}`);
}

/** @throws ApplicationError `message-not-resendable` */
function checkNotArrived(old: TrackedMessage): void {
  if (!mayHaveArrived(old)) return;
  throw notResendable(
    `An attempt of the message may have arrived, or was even reported delivered. ${ALL_THE_SAME}`,
  );
}

const ALL_THE_SAME = 'To send it again all the same, name its status in the filter.';

const notResendable = (detail: string): ApplicationError =>
  new ApplicationError('message-not-resendable', detail);

const messageErased = (messageId: string): ApplicationError =>
  new ApplicationError(
    'message-erased',
    `It was sent again as message ${messageId}, whose recipient was erased since. Nothing is sent.`,
  );

const alreadyReported = (): ApplicationError =>
  new ApplicationError(
    'message-already-reported',
    'Vonage has already reported on the message that this would send, though this ledger holds no request for it. It is not sent again.',
  );

/** Copies the request, to be sent immediately and with its whole time to live. */
function requestAgain(request: MessageRequest, resendOf: string, now: Date): MessageRequest {
  const { ttlSeconds } = request;
  const expiresAt =
    ttlSeconds === null ? null : new Date(now.getTime() + ttlSeconds * 1000).toISOString();
  // An administrator's override was for that one message.
  return { ...request, sendAt: null, expiresAt, resendOf, overrideOptOut: null };
}
