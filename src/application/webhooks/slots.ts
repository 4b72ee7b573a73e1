/** Bounds concurrent work: whoever finds no free slot waits for one, in order. */
export class Slots {
  private taken = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly slotsMax: number) {}

  async take(): Promise<void> {
    if (this.taken < this.slotsMax) {
      this.taken += 1;
      return;
    }
    await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  give(): void {
    const next = this.waiting.shift();
    if (next === undefined) this.taken -= 1;
    else next();
  }
}
