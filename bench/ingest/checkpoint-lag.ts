import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

const LOOK_MS = 50;

/** The age of the oldest event that no checkpoint covers, looked at from outside 20 times a second. */
export class CheckpointLag {
  private readonly ages: number[] = [];
  private readonly databases: readonly DatabaseSync[];
  private readonly timer: NodeJS.Timeout;

  /** @param directory of a running service */
  constructor(directory: string) {
    const [log, ledger] = ['transparency-log', 'ledger'].map(
      (name) => new DatabaseSync(join(directory, `${name}.sqlite`), { readOnly: true }),
    ) as [DatabaseSync, DatabaseSync];
    this.databases = [log, ledger];
    const signed = log.prepare('SELECT position FROM logs ORDER BY number DESC LIMIT 1');
    const oldest = ledger.prepare(
      `SELECT metadata ->> 'recordedAt' AS at FROM events WHERE position > ? ORDER BY position LIMIT 1`,
    );
    this.timer = setInterval(() => {
      const at = oldest.get(Number(signed.get()?.['position'] ?? 0))?.['at'];
      this.ages.push(typeof at === 'string' ? Date.now() - Date.parse(at) : 0);
    }, LOOK_MS);
  }

  /** Ends it. @returns milliseconds */
  end(): { readonly p50: number; readonly p99: number; readonly max: number } {
    clearInterval(this.timer);
    for (const database of this.databases) database.close();
    const sorted = this.ages.toSorted((left, right) => left - right);
    const at = (share: number): number => sorted[Math.floor(sorted.length * share)] ?? 0;
    return { p50: at(0.5), p99: at(0.99), max: sorted.at(-1) ?? 0 };
  }
}
