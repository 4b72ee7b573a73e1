import type { Checkpoints } from '../../application/ports/checkpoints.js';
import type { Position } from '../../application/ports/event-store.js';
import type { Catalog } from './catalog.js';
import { checkpointsTable } from './tables.js';

/** Kept beside the copies, so that a rebuild moves nobody's checkpoint. */
export class CheckpointTable implements Checkpoints {
  constructor(private readonly catalog: Catalog) {}

  async load(follower: string): Promise<Position | undefined> {
    const row = await this.catalog.set.db
      .selectFrom('checkpoints')
      .select('position')
      .where('follower', '=', follower)
      .executeTakeFirst();
    return row?.position;
  }

  async save(follower: string, position: Position): Promise<void> {
    await this.catalog.set.write([{ table: checkpointsTable, put: [[follower, position]] }]);
  }
}
