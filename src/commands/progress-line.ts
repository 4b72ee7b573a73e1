const BAR_CHARACTERS = 24;
/** On a terminal the line is drawn again; elsewhere each line stays, so there are few. */
const PERIOD_MS = { terminal: 100, plain: 5_000 } as const;

/** Shows the progress of long work: a bar on a terminal, plain lines elsewhere. */
export class ProgressLine {
  private readonly startedMs = performance.now();
  private shownMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly name: string,
    /** The position at which the work ends. */
    private readonly lastPosition: number,
    private readonly output: Pick<NodeJS.WriteStream, 'write' | 'isTTY'>,
  ) {}

  show(events: number, position: number): void {
    const now = performance.now();
    const periodMs = this.output.isTTY ? PERIOD_MS.terminal : PERIOD_MS.plain;
    if (now - this.shownMs < periodMs) return;
    this.shownMs = now;
    const share = this.lastPosition === 0 ? 1 : Math.min(1, position / this.lastPosition);
    const elapsedSeconds = (now - this.startedMs) / 1000;
    const leftSeconds = share === 0 ? 0 : (elapsedSeconds / share) * (1 - share);
    const percent = `${Math.floor(share * 100)} %`;
    const rate = `${this.rateOf(events)} events/s`;
    const left = `${Math.ceil(leftSeconds)} s left`;
    if (!this.output.isTTY) {
      this.output.write(`${this.name}: ${percent}, ${events} events, ${rate}, ${left}\n`);
      return;
    }
    const filled = '█'.repeat(Math.round(share * BAR_CHARACTERS)).padEnd(BAR_CHARACTERS, '░');
    this.output.write(
      `\r\u001b[K${this.name} ${filled} ${percent} ${events} events ${rate} ${left}`,
    );
  }

  end(events: number): void {
    const seconds = ((performance.now() - this.startedMs) / 1000).toFixed(1);
    if (this.output.isTTY) this.output.write('\r\u001b[K');
    this.output.write(
      `${this.name}: rebuilt from ${events} events in ${seconds} s (${this.rateOf(events)} events/s); it is in use.\n`,
    );
  }

  private rateOf(events: number): number {
    const seconds = (performance.now() - this.startedMs) / 1000;
    return seconds === 0 ? 0 : Math.round(events / seconds);
  }
}
