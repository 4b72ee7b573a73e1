import type { ProjectionProgress } from '../../../application/ports/projection-store.js';
import type { Copy } from '../read-model-database.js';

/** How far a copy has come; undefined before the first event. */
export async function progressOf({ db }: Copy): Promise<ProjectionProgress | undefined> {
  const row = await db.selectFrom('progress').select(['position', 'as_of']).executeTakeFirst();
  return row === undefined ? undefined : { position: row.position, asOf: row.as_of };
}
