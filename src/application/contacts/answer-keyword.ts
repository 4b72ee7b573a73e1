import type { Contact } from '../../domain/contacts/contact.js';
import type { Inbound } from '../../domain/inbound-events.js';
import { ApplicationError, isTransient } from '../errors.js';
import type { Clock } from '../ports/clock.js';
import type { Logger } from '../ports/logger.js';
import type { SendMessage } from '../sending/send-message.js';

/** The texts of the automatic answers; null: none is sent. */
export interface KeywordAnswers {
  readonly stop: string | null;
  readonly start: string | null;
  readonly help: string | null;
}

/** Within this time a confirmation of STOP is presumed to be covered by consent (47 CFR 64.1200(a)(12)). */
const ANSWER_SECONDS_MAX = 300;

/**
 * Answers STOP, START and HELP by itself, once for each text: the message's id follows from Vonage's name of the
 * received message, so a repeated webhook finds the answer that was sent before.
 */
export class AnswerKeyword {
  constructor(
    private readonly answers: KeywordAnswers,
    private readonly sendMessage: Pick<SendMessage, 'compose' | 'execute'>,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /**
   * Sends at once in the lane `high`, or not at all: an old text gets no answer, and what waits for five minutes expires.
   * @param contact after the text; its newest word must come from this very text, so only the first STOP is confirmed
   * @throws StoreUnavailable, AppendOutcomeUnknown, ConcurrencyConflict
   */
  async ofWish(
    kind: 'stop' | 'start',
    inbound: Inbound,
    contact: Contact,
    occurredAt: string,
  ): Promise<void> {
    const words = [contact.general, ...contact.bySender.values()];
    const state = kind === 'stop' ? 'opted-out' : 'opted-in';
    const isNews = words.some(
      (word) => word?.state === state && word.messageUuid === inbound.messageUuid,
    );
    if (isNews) await this.send(kind, inbound, occurredAt);
  }

  /** Whoever has opted out gets no answer: the send is refused like any other. @throws the same */
  ofHelp(inbound: Inbound, occurredAt: string): Promise<void> {
    return this.send('help', inbound, occurredAt);
  }

  private async send(
    kind: keyof KeywordAnswers,
    { from: to, to: from, channel, messageUuid }: Inbound,
    occurredAt: string,
  ): Promise<void> {
    const text = this.answers[kind];
    if (text === null) return;
    const leftMs = Date.parse(occurredAt) + 1000 * ANSWER_SECONDS_MAX - this.clock.now().getTime();
    if (leftMs < 1000) return;
    const composed = this.sendMessage.compose({
      to,
      from,
      channel,
      text,
      priority: 'high',
      ttlSeconds: Math.min(ANSWER_SECONDS_MAX, Math.floor(leftMs / 1000)),
      inReplyTo: messageUuid,
      ...(kind === 'stop' ? { overrideOptOut: 'Confirms the opt-out, once.' } : {}),
    });
    if (!composed.ok) {
      const faults = composed.faults.map(({ detail }) => detail);
      this.logger.warn({ kind, messageUuid, faults }, 'An automatic answer cannot be sent.');
      return;
    }
    try {
      await this.sendMessage.execute(
        composed,
        { actor: undefined },
        `automatic answer to ${messageUuid}`,
      );
    } catch (error) {
      if (isTransient(error) || !(error instanceof ApplicationError)) throw error;
      const { code } = error;
      // A repeat after some seconds has less time left, so it differs from the answer that was sent.
      if (code === 'idempotency-key-reused') return;
      this.logger.info({ kind, messageUuid, code }, 'An automatic answer was refused.');
    }
  }
}
