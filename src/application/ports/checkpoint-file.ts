/** Checkpoints outside the log's own store, where whoever changes the one may not reach the other. */
export interface CheckpointFile {
  /** Adds a signed note to the others. */
  append(note: string): Promise<void>;
  /** All notes in the file, the oldest first. */
  notes(): Promise<readonly string[]>;
}
