import { furtherFaults, type Fault } from '../../../application/errors.js';

const FAULT_BYTES_MAX = 256 * 1024;

/** Limits the size of the faults in one answer: a request of megabytes can have a hundred thousand. */
export class FaultRoom {
  private bytesLeft = FAULT_BYTES_MAX;

  /** Returns a sentence about faults, or a shorter one when the room is used up. */
  sentence(text: string, shorter: string): string {
    const bytes = Buffer.byteLength(text);
    if (bytes > this.bytesLeft) return shorter;
    this.bytesLeft -= bytes;
    return text;
  }

  /** Returns the faults that fit, followed by the number of the others. */
  fit(faults: readonly Fault[]): readonly Fault[] {
    const fitting: Fault[] = [];
    for (const fault of faults) {
      const bytes = Buffer.byteLength(JSON.stringify(fault)) + 1;
      if (bytes > this.bytesLeft) break;
      this.bytesLeft -= bytes;
      fitting.push(fault);
    }
    const more = faults.length - fitting.length;
    return more === 0 ? fitting : [...fitting, { detail: furtherFaults(more) }];
  }
}
