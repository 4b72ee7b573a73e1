import type { NewEvent, StoredStream } from '../../../src/application/ports/event-store.js';
import { messageIdOfStream } from '../../../src/application/streams.js';
import type { MessageEvent } from '../../../src/domain/message/message-events.js';
import { evolve, unheardOf, type Message } from '../../../src/domain/message/message.js';
import type { Life } from '../scheduler.js';
import type { LedgerWatcher, SimulatedLedger } from '../surroundings/simulated-ledger.js';

/** Knows what each instance was told by the ledger, so that a check can ask what it should have known. */
export class Watcher implements LedgerWatcher {
  readonly findings: string[] = [];

  hasRead(_life: Life, _stream: string, _stored: StoredStream): void {}

  isAppending(_life: Life, _stream: string, _events: readonly NewEvent[]): void {}

  /** True when no message of ours waits for anything but a person. */
  isQuiet(ledger: SimulatedLedger): boolean {
    return [...messagesIn(ledger).values()].every((message) => !isWaiting(message));
  }
}

/** Every message as the ledger has it now. */
export function messagesIn(ledger: SimulatedLedger): ReadonlyMap<string, Message> {
  const messages = new Map<string, Message>();
  for (const { stream, event } of ledger.all()) {
    const id = messageIdOfStream(stream);
    if (id === undefined) continue;
    messages.set(id, evolve(messages.get(id) ?? unheardOf, event as MessageEvent));
  }
  return messages;
}

/** A message that nobody has to decide about, and that is not over. */
export function isWaiting(message: Message): boolean {
  if (message.kind !== 'tracked' || message.origin === 'external') return false;
  const { status } = message;
  return ['scheduled', 'accepted', 'sending', 'sent', 'submitted', 'retrying'].includes(status);
}
