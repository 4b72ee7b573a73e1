export interface Segments {
  readonly encoding: 'GSM-7' | 'UCS-2';
  /** Each segment is billed. At least 1. */
  readonly count: number;
}
