import type { Position } from './event-store.js';

/** How far a follower of the feed has come, so that it goes on there after a restart. */
export interface Checkpoints {
  load(follower: string): Promise<Position | undefined>;
  save(follower: string, position: Position): Promise<void>;
}
