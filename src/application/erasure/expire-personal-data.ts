import type { PersonalDataExpired } from '../../domain/erasure-events.js';
import { beginOfMonth, firstMonthKept, monthOfKeys, type Month } from '../../domain/retention.js';
import { STANDBY_REASON } from '../background/loop.js';
import { isTransient, reasonOf } from '../errors.js';
import type { Clocks } from '../ports/clock.js';
import type { EventStore, RecordedEvent } from '../ports/event-store.js';
import type { Health, HealthReporter } from '../ports/health.js';
import type { Logger } from '../ports/logger.js';
import type { RetentionMetrics } from '../ports/metrics.js';
import type { PersonalKeys } from '../ports/personal-keys.js';
import type { AgedInbound, AgedMessage, AgedPage, AgedRows } from '../ports/person-rows.js';
import { inboundStream, messageStream, RETENTION_STREAM } from '../streams.js';
import type { ForgetStreams } from './forget-streams.js';
import type { NamingReadModels } from './naming-read-models.js';

/** Pause between two looks. A month ends in any of them. */
const REST_MS = 60 * 60_000;
/** Pause before what failed is tried again. */
const TRY_AGAIN_MS = 60_000;
/**
 * A clock that was set ahead is believed for a day, and for one more with each day that passes: nobody brings back what it
 * destroys, and somebody may see the mistake.
 */
const AHEAD_MS_MAX = 24 * 60 * 60_000;
const AHEAD = 'the clock was set ahead: more of what it calls too old is destroyed with each day';
/** Rows that are forgotten together. */
const ROWS_AT_ONCE = 100;
/** Pause between them: webhooks and sends go first, and a thousand rows a second are enough. */
const ROWS_PAUSE_MS = 100;
/** Pause between two pages of rows, of which most may be forgotten already. */
const PAGE_PAUSE_MS = 20;

const CAUSE = { source: 'agenda' } as const;

export interface ExpiryPorts {
  readonly keys: Pick<PersonalKeys, 'destroyKeysBefore'>;
  readonly store: EventStore;
  readonly aged: AgedRows;
  readonly metrics: RetentionMetrics;
  readonly logger: Logger;
  readonly health: Health;
}

interface Forgotten {
  readonly messages: number;
  readonly inbound: number;
  /** In plain text in the ledger, which no key can destroy. */
  readonly plain: number;
}

interface Swept {
  readonly rows: number;
  readonly plain: number;
}

type Pass = PersonalDataExpired['data'];

export const passesIn = (retention: readonly RecordedEvent[]): readonly Pass[] =>
  retention.flatMap((recorded) => {
    // A damaged event must not be asked for more.
    if (recorded.damage !== undefined) return [];
    const { event } = recorded;
    return event.type === 'PersonalDataExpired' ? [event.data] : [];
  });

/** The first month of which no pass has destroyed keys; undefined where there was no pass. */
export const keptFromBy = (passes: readonly Pass[]): Month | undefined =>
  passes
    .map(({ keptFrom }) => keptFrom)
    .toSorted()
    .at(-1);

/**
 * Destroys personal data by age, a month at a time. First the streams say so, while their numbers can still tell the country
 * for the reports; then the keys go. Each step may be repeated, so a pass that was cut off is begun again.
 */
export class ExpirePersonalData {
  private readonly health: HealthReporter;
  private complained = '';
  /** A key store is restored while the service is stopped, so keys return only before a turn. */
  private mayHaveReturned = true;
  /** The start of the service, by both clocks. A turn may begin while the clock is wrong. */
  private readonly begun: { readonly atMs: number; readonly elapsedMs: number };

  /** @param days `RETAIN_PERSONAL_DAYS`; null: nothing is destroyed that was not destroyed before */
  constructor(
    private readonly ports: ExpiryPorts,
    private readonly readModels: NamingReadModels,
    private readonly streams: ForgetStreams,
    private readonly clocks: Clocks,
    private readonly days: number | null,
  ) {
    this.health = ports.health.reporter('destruction by age', ['erasure']);
    this.health.report('standby', STANDBY_REASON);
    const { clock, monotonic } = clocks;
    this.begun = { atMs: clock.now().getTime(), elapsedMs: monotonic.elapsedMs() };
  }

  /** Runs until `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    this.mayHaveReturned = true;
    const { monotonic } = this.clocks;
    while (!signal.aborted) {
      const isDone = await this.passOrComplain(signal);
      // A clock that is mended is seen soon.
      const isOver = isDone && !this.isAhead();
      await monotonic.wait(isOver ? REST_MS : TRY_AGAIN_MS, signal).catch(() => undefined);
    }
    this.health.report('standby', STANDBY_REASON);
  }

  private async passOrComplain(signal: AbortSignal): Promise<boolean> {
    try {
      await this.pass(signal);
      if (this.complained !== '') this.ports.logger.info({}, 'Personal data expires again.');
      this.complained = '';
      if (this.isAhead()) this.health.report('behind', AHEAD);
      else this.health.working();
      return true;
    } catch (error) {
      if (signal.aborted) return false;
      const reason = reasonOf(error);
      this.health.report('failing', reason);
      if (reason !== this.complained) {
        const sentence = 'Personal data that is too old could not be destroyed; it is tried again.';
        this.ports.logger.error({ error }, sentence);
      }
      this.complained = reason;
      return false;
    }
  }

  private async pass(signal: AbortSignal): Promise<void> {
    const { events, revision } = await this.ports.store.read(RETENTION_STREAM);
    const done = keptFromBy(passesIn(events).filter((pass) => this.isBelieved(pass)));
    const wanted = this.days === null ? undefined : firstMonthKept(this.believedNow(), this.days);
    if (wanted === undefined || (done !== undefined && done >= wanted)) {
      if (done !== undefined) await this.destroyReturned(done, signal);
      return;
    }
    const forgotten = await this.forgetRows(wanted, signal);
    if (forgotten === undefined) return;
    const { messages, inbound, plain } = forgotten;
    const keys = await this.ports.keys.destroyKeysBefore(monthOfKeys(wanted), signal);
    await this.readModels.rows.purge();
    const occurredAt = this.believedNow().toISOString();
    const data = { keptFrom: wanted, keys, messages, inbound, occurredAt };
    await this.streams.append(
      RETENTION_STREAM,
      { type: 'PersonalDataExpired', data },
      revision,
      CAUSE,
    );
    this.ports.metrics.personalDataExpired({ keys, messages, inbound });
    this.ports.logger.info(
      { keptFrom: wanted, keys, messages, inbound },
      'Personal data from before this month was destroyed by age.',
    );
    if (plain > 0) {
      this.ports.logger.error(
        { keptFrom: wanted, streams: plain },
        'An earlier version recorded some of it in plain text, which no key destroys: npm run migrate-ledger -- --encrypt --to LEDGER',
      );
    }
  }

  private believedNow(): Date {
    const { clock, monotonic } = this.clocks;
    const elapsedMs = monotonic.elapsedMs() - this.begun.elapsedMs;
    const latestMs = this.begun.atMs + AHEAD_MS_MAX + 2 * elapsedMs;
    return new Date(Math.min(clock.now().getTime(), latestMs));
  }

  /**
   * False for a pass by a clock that was set ahead. What it destroyed is gone; what was recorded since, in months that it called
   * too old, is kept as long as any other.
   */
  private isBelieved({ occurredAt }: Pass): boolean {
    return Date.parse(occurredAt) <= this.believedNow().getTime() + AHEAD_MS_MAX;
  }

  /** True when the clock names a month that is not believed to be over. */
  private isAhead(): boolean {
    const { days } = this;
    const now = this.clocks.clock.now();
    return days !== null && firstMonthKept(now, days) > firstMonthKept(this.believedNow(), days);
  }

  /** A key store that was restored from a backup brings back what was destroyed. */
  private async destroyReturned(keptFrom: Month, signal: AbortSignal): Promise<void> {
    if (!this.mayHaveReturned) return;
    const keys = await this.ports.keys.destroyKeysBefore(monthOfKeys(keptFrom), signal);
    this.mayHaveReturned = false;
    if (keys === 0) return;
    this.ports.metrics.personalDataExpired({ keys, messages: 0, inbound: 0 });
    const sentence = 'Keys that had been destroyed by age were there again, and were destroyed.';
    this.ports.logger.warn({ keptFrom, keys }, sentence);
  }

  /**
   * Begins with the oldest row each time: a late report, or a clock that was set back, may have added rows since the last pass.
   * @returns undefined when `signal` aborted before the end
   */
  private async forgetRows(before: Month, signal: AbortSignal): Promise<Forgotten | undefined> {
    await this.readModels.untilProjected(this.readModels.deadlineMs(), signal);
    const { aged } = this.ports;
    const begin = beginOfMonth(before);
    const messages = await this.sweep<AgedMessage>(
      (after) => aged.messages(begin, after),
      (row) => messageStream(row.messageId),
      (row) => this.streams.forgetMessage(row, CAUSE),
      signal,
    );
    const inbound = await this.sweep<AgedInbound>(
      (after) => aged.inbound(begin, after),
      ({ uuid }) => inboundStream(uuid),
      ({ uuid }) => this.streams.forgetInbound(uuid, CAUSE),
      signal,
    );
    if (signal.aborted) return undefined;
    await this.readModels.untilProjected(this.readModels.deadlineMs(), signal);
    const plain = messages.plain + inbound.plain;
    return { messages: messages.rows, inbound: inbound.rows, plain };
  }

  private async sweep<Row>(
    page: (after: Row | undefined) => Promise<AgedPage<Row>>,
    streamOf: (row: Row) => string,
    forget: (row: Row) => Promise<void>,
    signal: AbortSignal,
  ): Promise<Swept> {
    let after: Row | undefined;
    let forgotten = 0;
    let plain = 0;
    do {
      const { rows, last } = await page(after);
      for (let from = 0; from < rows.length && !signal.aborted; from += ROWS_AT_ONCE) {
        const together = rows.slice(from, from + ROWS_AT_ONCE);
        await Promise.all(
          together.map(async (row) => {
            if (await this.streams.isPlain(streamOf(row))) plain++;
            await this.forgetOrSay(streamOf(row), () => forget(row));
          }),
        );
        forgotten += together.length;
        await this.clocks.monotonic.pause(ROWS_PAUSE_MS, signal);
      }
      after = last;
      if (after !== undefined) await this.clocks.monotonic.pause(PAGE_PAUSE_MS, signal);
    } while (after !== undefined && !signal.aborted);
    return { rows: forgotten, plain };
  }

  /** A damaged stream keeps its row, and holds up no other. */
  private async forgetOrSay(stream: string, forget: () => Promise<void>): Promise<void> {
    try {
      await forget();
    } catch (error) {
      if (isTransient(error)) throw error;
      const sentence = 'A list keeps the number of a message that is too old: it cannot be read.';
      this.ports.logger.error({ stream, error }, sentence);
    }
  }
}
