import { messageIdOfStream, messageStream } from '../../src/application/streams.js';
import { clientRefOf } from '../../src/domain/message/client-ref.js';
import { evolve, unheardOf, type Message } from '../../src/domain/message/message.js';
import type { MessageEvent } from '../../src/domain/message/message-events.js';
import { messageOf, type CopiedEvent, type LedgerCopy } from './ledger-copy.js';
import { plotNamed } from './plots.js';

/** The observations from outside, for comparison with the ledger. */
export interface Witness {
  /** Acknowledged message ids, by idempotency key. */
  readonly sends: ReadonlyMap<string, ReadonlySet<string>>;
  readonly cancelled: ReadonlySet<string>;
  /** SHA-256 of the bodies of webhooks answered with 2xx. */
  readonly acknowledgedWebhooks: ReadonlySet<string>;
  /** SHA-256 of the bodies of all webhooks ever sent. */
  readonly sentWebhooks: ReadonlySet<string>;
  /** Messages of other senders that were reported as delivered. */
  readonly external: ReadonlySet<string>;
  /** The number of messages that Vonage accepted with each client ref. */
  readonly takenByClientRef: Readonly<Record<string, number>>;
  /** The message uuid and the story that Vonage chose for each accepted client ref. */
  readonly taken: ReadonlyMap<string, { readonly messageUuid: string; readonly story: string }>;
}

type Find = (finding: string) => void;

/** Returns all contradictions between the ledger and its witnesses. An empty list is the expected result. */
export function findings(ledger: LedgerCopy, witness: Witness): readonly string[] {
  const found: string[] = [];
  const find: Find = (finding) => void found.push(finding);
  for (const [stream, events] of ledger.streams) checkStream(stream, events, find);
  checkSends(ledger, witness, find);
  checkWebhooks(ledger, witness, find);
  checkAttempts(ledger, witness, find);
  checkStrays(ledger, find);
  checkEnds(ledger, witness, find);
  return found.map((finding) => withHistory(finding, ledger));
}

/** Appends the history of the message that a finding names. */
function withHistory(finding: string, { streams }: LedgerCopy): string {
  const id = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/.exec(finding)?.[0] ?? '';
  const history = (streams.get(messageStream(id)) ?? []).map(({ event: { type, data } }) => {
    const { attempt, status } = data as { readonly attempt?: number; readonly status?: string };
    return [type, attempt, status].filter((word) => word !== undefined).join(' ');
  });
  return history.length === 0 ? finding : `${finding} (${history.join(', ')})`;
}

/** Finds gaps, repeated events, repeated reports, and verdicts that do not fit the state before them. */
function checkStream(stream: string, events: readonly CopiedEvent[], find: Find): void {
  const ids = new Set<string>();
  const reports = new Set<string>();
  const hashes = new Set<string>();
  let message: Message = unheardOf;
  for (const [index, { id, revision, event, sha256 }] of events.entries()) {
    if (revision !== index) find(`${stream} has revision ${revision} in place ${index}`);
    if (ids.has(id)) find(`${stream} has the event ${id} twice`);
    ids.add(id);
    if (sha256 !== undefined) {
      if (hashes.has(sha256)) find(`${stream} has the webhook ${sha256} twice`);
      hashes.add(sha256);
    }
    const reportId = reportIdOf(event);
    if (reportId !== undefined) {
      if (reports.has(reportId)) find(`${stream} has the report ${reportId} twice`);
      reports.add(reportId);
    }
    if (messageIdOfStream(stream) === undefined) continue;
    if (event.type === 'StatusRefused' && message.kind === 'tracked') {
      const { current } = event.data;
      if (current !== message.status) {
        find(`${stream} refused a report because of ${current}, but was ${message.status}`);
      }
    }
    message = evolve(message, event as MessageEvent);
  }
}

function reportIdOf(event: CopiedEvent['event']): string | undefined {
  const isReport =
    event.type === 'StatusReported' ||
    event.type === 'StatusRefused' ||
    event.type === 'ReportAdopted';
  return isReport ? event.data.reportId : undefined;
}

/** Each key must have one message: the one whose id the client received. */
function checkSends({ streams }: LedgerCopy, { sends, cancelled }: Witness, find: Find): void {
  const requested = new Map<string, string[]>();
  for (const [stream, events] of streams) {
    for (const { event } of events) {
      if (event.type !== 'MessageRequested') continue;
      const key = event.data.reference ?? '';
      requested.set(key, [...(requested.get(key) ?? []), stream]);
    }
  }
  for (const [key, ids] of sends) {
    const expected = [...ids].map(messageStream).join(' and ');
    const recorded = (requested.get(key) ?? []).join(' and ');
    if (recorded !== expected || ids.size !== 1) {
      find(`${key} was acknowledged as ${expected}, and is recorded on: ${recorded || 'nothing'}`);
    }
  }
  for (const id of cancelled) {
    const events = streams.get(messageStream(id)) ?? [];
    if (!events.some(({ event }) => event.type === 'MessageCancelled')) {
      find(`the withdrawal of ${id} was acknowledged, but is not recorded`);
    }
  }
}

/** Each webhook is recorded once; only a stray may also be recorded under a uuid whose owner was unknown then. */
function checkWebhooks({ streams }: LedgerCopy, witness: Witness, find: Find): void {
  const places = new Map<string, CopiedEvent[]>();
  for (const events of streams.values()) {
    for (const event of events) {
      if (event.sha256 === undefined) continue;
      places.set(event.sha256, [...(places.get(event.sha256) ?? []), event]);
    }
  }
  for (const sha256 of witness.acknowledgedWebhooks) {
    if (!places.has(sha256)) find(`the webhook ${sha256} was acknowledged, but is not recorded`);
  }
  for (const [sha256, events] of places) {
    if (!witness.sentWebhooks.has(sha256)) find(`nobody sent the webhook ${sha256}`);
    const atHome = events.filter((event) => !isStray(event));
    if (atHome.length > 1) {
      find(`the webhook ${sha256} is on ${atHome.map(({ stream }) => stream).join(' and ')}`);
    }
  }
}

const isStray = ({ stream, event }: CopiedEvent): boolean =>
  event.type === 'StatusReported' &&
  event.data.clientRef === null &&
  stream === messageStream(event.data.messageUuid);

/** A call to Vonage must be recorded first, must happen only once, and must have an outcome. */
function checkAttempts({ streams }: LedgerCopy, witness: Witness, find: Find): void {
  for (const [clientRef, times] of Object.entries(witness.takenByClientRef)) {
    if (times !== 1) find(`${clientRef} was sent ${times} times`);
  }
  const started = new Set<string>();
  for (const [stream, events] of streams) {
    let retryOf: number | undefined;
    let last = 0;
    for (const { event } of events) {
      if (event.type === 'RetryScheduled') retryOf = event.data.nextAttempt;
      if (event.type !== 'AttemptStarted') continue;
      const { attempt, clientRef } = event.data;
      if (attempt !== last + 1) find(`${stream} started attempt ${attempt} after ${last}`);
      if (attempt > 1 && retryOf !== attempt) find(`${stream} started ${attempt} uncalled for`);
      last = attempt;
      started.add(clientRef);
    }
    for (const attempt of messageOf(events)?.attempts ?? []) {
      if (attempt.startedAt === null) continue;
      const clientRef = clientRefOf(messageIdOfStream(stream) ?? '', attempt.number);
      const taken = witness.taken.get(clientRef);
      if (attempt.outcome === 'pending') find(`${clientRef} has no outcome`);
      if (attempt.outcome === 'accepted' && attempt.messageUuid !== taken?.messageUuid) {
        find(`${clientRef} is accepted as ${attempt.messageUuid}, not as ${taken?.messageUuid}`);
      }
      if (attempt.outcome === 'refused' && taken !== undefined) {
        find(`${clientRef} counts as refused, but Vonage took it`);
      }
    }
  }
  for (const clientRef of witness.taken.keys()) {
    if (!started.has(clientRef)) find(`${clientRef} was sent, but never started`);
  }
}

/** Returns the id of the event on a stray's stream that this event adopted. */
const adoptedIdOf = ({ type, data }: CopiedEvent['event']): string | undefined =>
  type === 'ReportAdopted' || type === 'StatusRefused' ? data.adoptedFrom?.eventId : undefined;

/** Reports recorded under a uuid must be adopted, if that uuid is known as an attempt of ours. */
function checkStrays({ streams }: LedgerCopy, find: Find): void {
  for (const [owner, events] of streams) {
    const adopted = new Set(events.map(({ event }) => adoptedIdOf(event)));
    for (const { messageUuid, outcome } of messageOf(events)?.attempts ?? []) {
      if (messageUuid === null || outcome !== 'accepted') continue;
      for (const { event, id } of streams.get(messageStream(messageUuid)) ?? []) {
        if (reportIdOf(event) !== undefined && !adopted.has(id)) {
          find(`the report ${id} strayed and was not adopted by ${owner}`);
        }
      }
    }
  }
}

/** Every message must rest where its story leaves it, and may contradict itself only if the story does. */
function checkEnds({ streams }: LedgerCopy, witness: Witness, find: Find): void {
  for (const [stream, events] of streams) {
    const message = messageOf(events);
    const id = messageIdOfStream(stream);
    if (message === undefined || id === undefined) continue;
    if (message.origin === 'external') {
      const knownAs = witness.external.has(id);
      if (knownAs && message.status !== 'delivered') find(`${stream} is ${message.status}`);
      continue;
    }
    const attempt = message.attempts.at(-1);
    const taken = attempt && witness.taken.get(clientRefOf(id, attempt.number));
    const plot = taken && plotNamed(taken.story);
    const hears = plot?.story !== 'sparse' || attempt?.outcome === 'accepted';
    const ends = endsOf(plot?.ends, hears, attempt?.outcome);
    if (!ends.includes(message.status)) {
      find(
        `${stream} is ${message.status} after the story ${taken?.story}, not ${ends.join(' or ')}`,
      );
    }
    const contradicted = message.contradiction !== null;
    if (contradicted !== (plot?.contradicts ?? false)) {
      find(
        `${stream} is ${contradicted ? '' : 'not '}contradicted after the story ${taken?.story}`,
      );
    }
  }
}

function endsOf(
  ofPlot: readonly string[] | undefined,
  hears: boolean,
  outcome: string | undefined,
): readonly string[] {
  if (outcome === undefined) return ['cancelled'];
  // Without a client ref a report finds its message by the uuid, which was only in the lost answer.
  if (!hears) return ['unknown'];
  // Not accepted: refused, or lost on the way without anybody knowing.
  return ofPlot ?? ['failed', 'unknown'];
}
