import type { Priority } from '../../domain/message/priority.js';
import type { WaitingLine } from '../ports/agenda.js';

/** The shares of the lanes that are not strict. */
const shares = [
  ['normal', 4],
  ['bulk', 1],
] as const satisfies readonly (readonly [Priority, number])[];

/** More lines than wait at the same time; then the order of turns begins anew. */
const REMEMBERED_MAX = 10_000;

/**
 * Decides which line is next. `high` goes before all else. `normal` and `bulk` share what is left 4:1 while both wait.
 * In a lane the API keys have equal turns, and for each key its senders.
 */
export class FairTurns {
  private readonly credit: Record<'normal' | 'bulk', number> = { normal: 0, bulk: 0 };
  private readonly servedAt = new Map<string, number>();
  private turn = 0;

  /** @param ready lines in which a message is due and may be sent now */
  choose(ready: readonly WaitingLine[]): WaitingLine | undefined {
    const lane = this.chooseLane(ready);
    if (lane === undefined) return undefined;
    const inLane = ready.filter(({ priority }) => priority === lane);
    const [first] = this.leastServed(inLane, ({ key }) => `${lane}\t${key}`);
    if (first === undefined) return undefined;
    const ofKey = inLane.filter(({ key }) => key === first.key);
    const senderOf = ({ channel, from, key }: WaitingLine) =>
      `${lane}\t${key}\t${channel}\t${from}`;
    const [line = first] = this.leastServed(ofKey, senderOf);
    if (this.servedAt.size > REMEMBERED_MAX) this.servedAt.clear();
    this.turn++;
    this.servedAt.set(`${lane}\t${line.key}`, this.turn);
    this.servedAt.set(senderOf(line), this.turn);
    return line;
  }

  private chooseLane(ready: readonly WaitingLine[]): Priority | undefined {
    const waits = (lane: Priority): boolean => ready.some(({ priority }) => priority === lane);
    if (waits('high')) return 'high';
    const waiting = shares.filter(([lane]) => waits(lane));
    if (waiting.length < shares.length) return waiting[0]?.[0];
    let total = 0;
    for (const [lane, share] of waiting) {
      this.credit[lane] += share;
      total += share;
    }
    const lane = this.credit.bulk > this.credit.normal ? 'bulk' : 'normal';
    this.credit[lane] -= total;
    return lane;
  }

  private leastServed(
    lines: readonly WaitingLine[],
    nameOf: (line: WaitingLine) => string,
  ): readonly WaitingLine[] {
    let least: WaitingLine | undefined;
    let leastAt = Infinity;
    for (const line of lines) {
      const at = this.servedAt.get(nameOf(line)) ?? 0;
      if (at < leastAt) [least, leastAt] = [line, at];
    }
    return least === undefined ? [] : [least];
  }
}
