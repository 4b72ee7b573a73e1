import { residentMiB } from './process-usage.js';

const LOOK_EVERY_MS = 50;

/** Remembers how much more memory a process had than at first. */
export class MemoryWatch {
  readonly firstMiB: number;
  private peakMiB: number;
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly pid: number) {
    this.firstMiB = residentMiB(pid);
    this.peakMiB = this.firstMiB;
    this.timer = setInterval(() => {
      this.peakMiB = Math.max(this.peakMiB, residentMiB(pid));
    }, LOOK_EVERY_MS);
  }

  /** Begins anew to look for the largest growth; what it grows from stays the same. */
  forgetPeak(): void {
    this.peakMiB = residentMiB(this.pid);
  }

  /** At most, since the peak was forgotten. */
  get growthMiB(): number {
    return this.peakMiB - this.firstMiB;
  }

  end(): void {
    clearInterval(this.timer);
  }
}
