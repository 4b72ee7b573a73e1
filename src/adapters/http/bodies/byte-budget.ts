/** Bytes that requests may hold in memory together. */
export class ByteBudget {
  private taken = 0;

  constructor(private readonly bytesMax: number) {}

  /** False when there is no room; nothing is taken then. */
  take(bytes: number): boolean {
    if (this.taken + bytes > this.bytesMax) return false;
    this.taken += bytes;
    return true;
  }

  giveBack(bytes: number): void {
    this.taken -= bytes;
  }
}
