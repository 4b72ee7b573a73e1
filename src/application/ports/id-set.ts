/** A set of ids that may be larger than memory. */
export interface IdSet {
  add(id: string): void;
  has(id: string): boolean;
  close(): void;
}
