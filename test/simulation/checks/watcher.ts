import type { NewEvent, StoredStream } from '../../../src/application/ports/event-store.js';
import { messageIdOfStream, SENDING_STREAM } from '../../../src/application/streams.js';
import type { MessageEvent } from '../../../src/domain/message/message-events.js';
import type { SendingEvent } from '../../../src/domain/sending/sending-events.js';
import {
  evolveHolds,
  nothingHeld,
  sendingTo,
  type Sending,
} from '../../../src/domain/sending/sending.js';
import { evolve, unheardOf, type Message } from '../../../src/domain/message/message.js';
import type { Plan } from '../plan.js';
import { Lanes } from './lanes.js';
import { SecondTexts } from './second-texts.js';
import { Probing } from './probing.js';
import { Spans } from './spans.js';
import type { Life, Scheduler } from '../scheduler.js';
import type { LedgerWatcher, SimulatedLedger } from '../surroundings/simulated-ledger.js';

/** Instances look once a second whether sending is held; an attempt that is being recorded then is made. */
const HOLD_HEEDED_MS = 1_100;
/** Consent is read right before an attempt is recorded. */
const CONSENT_HEEDED_MS = 100;
/** An attempt is recorded within this time after its begin, however slow the ledger is. */
const LEDGER_AWAY_MS_MAX = 60_000;

/** Knows what the ledger holds and what each instance was told, so that it can judge each begin of an attempt. */
export class Watcher implements LedgerWatcher {
  private readonly found: string[] = [];
  private readonly spans = new Spans();
  private readonly lanes = new Lanes();
  readonly probing = new Probing();
  readonly secondTexts = new SecondTexts();

  /** The newest state of sending that each instance was told. */
  private readonly told = new Map<Life, { readonly events: number; readonly sending: Sending }>();
  /** Since when a person holds sending; undefined while nobody does. */
  private heldSinceMs: number | undefined;
  /** Since when a contact has opted out, by stream. */
  private readonly optedOutSinceMs = new Map<string, number>();

  constructor(
    private readonly scheduler: Scheduler,
    private readonly plan: Plan,
    private readonly contactStreamOf: (number: string) => string,
    private readonly clockMsOf: (life: Life) => number,
  ) {}

  get findings(): readonly string[] {
    const { found, spans, lanes, secondTexts } = this;
    return [...found, ...spans.findings, ...lanes.findings, ...secondTexts.findings];
  }

  hasRead(life: Life, stream: string, { events }: StoredStream): void {
    if (stream !== SENDING_STREAM) return;
    // An answer on its way may be older than what the instance knows.
    if ((this.told.get(life)?.events ?? -1) > events.length) return;
    let holds = nothingHeld;
    for (const { event } of events) holds = evolveHolds(holds, event as SendingEvent);
    this.told.set(life, { events: events.length, sending: sendingTo(holds, 'vonage') });
  }

  hasAppended(stream: string, events: readonly NewEvent[]): void {
    const nowMs = this.scheduler.elapsedMs;
    for (const { event } of events) {
      if (stream === SENDING_STREAM) this.probing.hasAppended(event as SendingEvent, nowMs);
      if (event.type === 'SendingHeld' && event.data.cause === 'operator') {
        this.heldSinceMs ??= nowMs;
      }
      if (event.type === 'SendingReleased' && event.data.provider === undefined) {
        this.heldSinceMs = undefined;
      }
      if (event.type === 'OptedOut') this.optedOutSinceMs.set(stream, nowMs);
      if (event.type === 'OptedIn') this.optedOutSinceMs.delete(stream);
      if (messageIdOfStream(stream) === undefined) continue;
      this.spans.hasAppended(stream, event as MessageEvent);
      this.secondTexts.hasAppended(stream, event as MessageEvent);
      if (this.plan.isRush) {
        this.lanes.hasAppended(stream, event as MessageEvent, nowMs);
      }
    }
  }

  /** An instance begins an attempt: it must not know of a hold, and nobody may have known of an opt-out for long. */
  isAppending(life: Life, stream: string, events: readonly NewEvent[]): void {
    const nowMs = this.scheduler.elapsedMs;
    if (messageIdOfStream(stream) !== undefined) {
      const clockMs = this.clockMsOf(life);
      for (const { event } of events) {
        this.spans.isAppending({ stream, event: event as MessageEvent, nowMs, clockMs });
      }
    }
    const [first] = events;
    if (first?.event.type !== 'AttemptStarted') return;
    if (this.plan.isRush) this.lanes.isStarting(stream, nowMs);
    if (this.plan.outage !== undefined) {
      this.secondTexts.isStarting(life, stream, first.event.data.attempt, nowMs);
    }
    const sending = this.told.get(life)?.sending;
    const isAwareOfHold = sending?.state === 'held' && sending.cause !== 'configuration';
    const heldMs = nowMs - (this.heldSinceMs ?? nowMs);
    if (isAwareOfHold || heldMs > this.graceMs(HOLD_HEEDED_MS)) {
      this.found.push(`${life.name} begins an attempt of ${stream} while sending is held`);
    }
    const contact = this.contactStreamOf(first.event.data.to);
    const optedOutMs = nowMs - (this.optedOutSinceMs.get(contact) ?? nowMs);
    if (optedOutMs > this.graceMs(CONSENT_HEEDED_MS)) {
      this.found.push(`${life.name} begins an attempt of ${stream}, whose recipient opted out`);
    }
  }

  /** While the ledger is slow or away, an instance learns late what another has recorded. */
  private graceMs(milliseconds: number): number {
    const { store, lateness, outage } = this.plan;
    const isSound = store.slow === 0 && store.unavailable === 0 && store.answerLost === 0;
    const isWell = isSound && outage === undefined;
    return isWell ? milliseconds * lateness : LEDGER_AWAY_MS_MAX;
  }

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
