import type { MessageLedger } from '../message-ledger.js';
import type { Identifiers } from '../ports/identifiers.js';
import type { KeyStore } from '../ports/key-store.js';
import type { TrackedMessage } from '../../domain/message/message.js';

/**
 * The ids of what callers ask for: with an Idempotency-Key always the same, so that a repeat finds what was recorded.
 *
 * Callers write phone numbers into their keys, and ids outlive an erasure. So an id is a hash under the key store's secret:
 * whoever has the ledger alone cannot find the number by trying all. Versions before made ids without the secret; what was
 * recorded under such an id keeps it.
 */
export class RequestIds {
  constructor(
    private readonly messages: MessageLedger,
    private readonly keys: Pick<KeyStore, 'keyedHash'>,
    private readonly identifiers: Identifiers,
  ) {}

  /** The id of a message. @throws StoreUnavailable */
  ofMessage(actor: string | undefined, idempotencyKey: string | undefined): Promise<string> {
    if (idempotencyKey === undefined) return Promise.resolve(this.identifiers.newMessageId());
    return this.ofRecorded(this.identifiers.messageIdFor(actor ?? '', idempotencyKey));
  }

  /** The id of the message that sends another one again. @throws StoreUnavailable */
  ofResent(
    oldId: string,
    actor: string | undefined,
    idempotencyKey: string | undefined,
  ): Promise<string> {
    // The ledger holds the old id too, so this digest tells nothing more.
    if (idempotencyKey === undefined) {
      return Promise.resolve(this.identifiers.idOf('resend', oldId));
    }
    return this.ofRecorded(this.identifiers.idOf('resend', oldId, actor ?? '', idempotencyKey));
  }

  /** The id of the fact that a message was sent again as another: it belongs to the pair, so that two repeats record it once. */
  ofLink(oldId: string, messageId: string): string {
    return this.identifiers.idOf('resent', oldId, messageId);
  }

  /** The id of a decision about a message; null without an Idempotency-Key. @throws StoreUnavailable */
  async ofDecision(
    messageId: string,
    actor: string | undefined,
    idempotencyKey: string | undefined,
  ): Promise<string | null> {
    if (idempotencyKey === undefined) return null;
    const former = this.identifiers.idOf('resolve', messageId, actor ?? '', idempotencyKey);
    const { message } = await this.messages.recall(messageId);
    const isFormer = message.kind === 'tracked' && hasDecision(message, former);
    return isFormer ? former : this.keyed(former);
  }

  private async ofRecorded(former: string): Promise<string> {
    return (await this.messages.isRecorded(former)) ? former : this.keyed(former);
  }

  private async keyed(former: string): Promise<string> {
    const hash = await this.keys.keyedHash('idempotency-key', former);
    return this.identifiers.idOf('idempotency key', hash.toString('hex'));
  }
}

const hasDecision = ({ resolutions }: TrackedMessage, requestId: string): boolean =>
  resolutions.some((one) => one.requestId === requestId);
