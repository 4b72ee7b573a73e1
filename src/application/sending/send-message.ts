import type { MessageRequest } from '../../domain/message/message-events.js';
import type { TrackedMessage } from '../../domain/message/message.js';
import { ApplicationError, InvalidRequest, type Fault } from '../errors.js';
import type { MessageLedger } from '../message-ledger.js';
import type { Clock } from '../ports/clock.js';
import type { Identifiers } from '../ports/identifiers.js';
import { composeRequest, type MessageDraft, type RequestDefaults } from './compose-request.js';

export interface Caller {
  /** The API key's name; undefined where the service runs without keys. */
  readonly actor: string | undefined;
}

export interface SentRequest {
  readonly messageId: string;
  /** The message as it was when it was requested: the same answer for every repeat. */
  readonly request: MessageRequest;
  readonly createdAt: string;
  readonly repeated: boolean;
}

/** Records what a caller asked for. Handing it to Vonage is the dispatcher's work. */
export class SendMessage {
  constructor(
    private readonly messages: MessageLedger,
    private readonly identifiers: Identifiers,
    private readonly clock: Clock,
    private readonly defaults: RequestDefaults,
  ) {}

  /** What is wrong with the meaning of a draft; nothing is recorded. */
  faultsOf(draft: MessageDraft): readonly Fault[] {
    try {
      composeRequest(draft, this.defaults, this.clock.now());
      return [];
    } catch (error) {
      if (error instanceof InvalidRequest) return error.faults;
      throw error;
    }
  }

  /**
   * Resolves after the commit.
   * @param idempotencyKey the same key with the same request is the same message, for ever
   * @throws InvalidRequest, StoreUnavailable, AppendOutcomeUnknown
   * @throws ApplicationError `idempotency-key-reused` for another request under the same key
   */
  async execute(
    draft: MessageDraft,
    { actor }: Caller,
    idempotencyKey: string | undefined,
  ): Promise<SentRequest> {
    const request = composeRequest(draft, this.defaults, this.clock.now());
    const messageId =
      idempotencyKey === undefined
        ? this.identifiers.newMessageId()
        : this.identifiers.messageIdFor(actor ?? '', idempotencyKey);
    // No id of the message's own for the event: two callers with the same key but different requests
    // would both be told that theirs was recorded.
    const { events, before, after } = await this.messages.handle(
      messageId,
      { type: 'RequestMessage', request },
      { source: 'api', ...(actor === undefined ? {} : { actor }) },
    );
    if (events.length > 0 && after.kind === 'tracked') {
      return { messageId, request, createdAt: after.createdAt, repeated: false };
    }
    if (before.kind === 'tracked') return repeatOf(messageId, before, request, draft);
    throw new Error('A request on an empty stream recorded nothing.');
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
  if (!sameRequest(recorded.request, request, draft)) {
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

/** What is derived from the time of the request differs in a repeat and says nothing about its wish. */
function sameRequest(
  recorded: MessageRequest,
  repeat: MessageRequest,
  draft: MessageDraft,
): boolean {
  const wish = (request: MessageRequest): string =>
    JSON.stringify({ ...request, sendAt: null, expiresAt: null });
  const sameTime =
    draft.sendAt === undefined
      ? recorded.sendAt === null
      : recorded.sendAt === null || Date.parse(recorded.sendAt) === Date.parse(draft.sendAt);
  return wish(recorded) === wish(repeat) && sameTime;
}
