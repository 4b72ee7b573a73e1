import { sql } from 'kysely';
import {
  projectionNames,
  type ProjectionName,
} from '../../../application/ports/projection-store.js';
import type {
  ParkedByProjection,
  QuarantineKey,
  QuarantinePage,
  SetAside,
} from '../../../application/ports/set-aside.js';
import type { Catalog } from '../copies/catalog.js';
import type { Copy } from '../copies/read-model-database.js';
import { progressOf } from '../copies/progress.js';
import type { QuarantineChanges } from '../../../application/ports/projection-store.js';
import { tableWriter } from '../copies/copy-store.js';
import { quarantineTable } from '../tables.js';

export class SetAsideTables implements SetAside {
  constructor(private readonly catalog: Catalog) {}

  async quarantined(before: QuarantineKey | undefined, rowsMax: number): Promise<QuarantinePage> {
    const { copy } = await this.catalog.filledCopyOf('quarantine');
    const progress = await progressOf(copy);
    const rows = await quarantineStatement(copy, before, rowsMax + 1).execute();
    const page = rows.slice(0, rowsMax);
    const last = rows.length > rowsMax ? page.at(-1) : undefined;
    return {
      rows: page.map((row) => ({
        eventId: row.event_id,
        webhook: row.webhook === 'inbound' ? 'inbound' : 'status',
        reason: row.reason,
        receivedAt: new Date(row.received_at).toISOString(),
        sha256: row.sha256,
        stream: row.stream,
        revision: row.revision,
      })),
      next: last && { receivedAt: last.received_at, eventId: last.event_id },
      progress,
    };
  }

  async parked(rowsMax: number): Promise<readonly ParkedByProjection[]> {
    const all: ParkedByProjection[] = [];
    for (const projection of projectionNames) {
      const { copy } = await this.catalog.copyOf(projection);
      const rows = await copy.db
        .selectFrom('parked_events')
        .selectAll()
        .orderBy('event_id')
        .limit(rowsMax - all.length)
        .execute();
      for (const row of rows) {
        all.push({
          projection,
          eventId: row.event_id,
          eventType: row.event_type,
          stream: row.stream,
          revision: row.revision,
          position: row.position,
          recordedAt: row.recorded_at,
          error: row.error,
        });
      }
      if (all.length >= rowsMax) break;
    }
    return all;
  }

  async parkedCount(): Promise<ReadonlyMap<ProjectionName, number>> {
    const counts = new Map<ProjectionName, number>();
    for (const projection of projectionNames) {
      const { copy } = await this.catalog.copyOf(projection);
      const { rows } = await sql<{ parked: number }>`
        SELECT count(*) AS parked FROM parked_events`.execute(copy.db);
      counts.set(projection, rows[0]?.parked ?? 0);
    }
    return counts;
  }
}

export function quarantineStatement(
  { db }: Pick<Copy, 'db'>,
  before: QuarantineKey | undefined,
  rowsMax: number,
) {
  const query = db
    .selectFrom('quarantine')
    .selectAll()
    .orderBy('received_at', 'desc')
    .orderBy('event_id', 'desc')
    .limit(rowsMax);
  if (before === undefined) return query;
  return query.where(
    sql<boolean>`(received_at, event_id) < (${before.receivedAt}, ${before.eventId})`,
  );
}

export const quarantineWriter = tableWriter<QuarantineChanges>(quarantineTable, (changes) => ({
  remove: changes.left.map((eventId) => [eventId]),
  put: changes.put.map((row) => [
    row.eventId,
    Date.parse(row.receivedAt),
    row.webhook,
    row.reason,
    row.sha256,
    row.stream,
    row.revision,
  ]),
}));
