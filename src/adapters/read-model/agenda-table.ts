import type {
  Agenda,
  AgendaEntry,
  AgendaKind,
  AgendaOrder,
} from '../../application/ports/agenda.js';
import type { Catalog } from './catalog.js';
import type { Copy } from './read-model-database.js';

export class AgendaTable implements Agenda {
  constructor(private readonly catalog: Catalog) {}

  async due(
    kind: AgendaKind,
    until: string,
    entriesMax: number,
    order: AgendaOrder = 'oldest-first',
  ): Promise<readonly AgendaEntry[]> {
    const { copy, isOutdated } = await this.catalog.copyOf('agenda');
    // It may have another shape, and nobody enters anything into it until it is rebuilt.
    if (isOutdated) return [];
    const rows = await dueStatement(copy, kind, until, entriesMax, order).execute();
    return rows.map(({ message_id: messageId, attempt, due_at: dueAt }) => ({
      messageId,
      kind,
      attempt,
      dueAt,
    }));
  }

  async forget(entries: readonly AgendaEntry[]): Promise<void> {
    if (entries.length === 0) return;
    const { copy, isOutdated } = await this.catalog.copyOf('agenda');
    if (isOutdated) return;
    await forgetStatement(copy, entries).execute();
  }
}

export const dueStatement = (
  { db }: Pick<Copy, 'db'>,
  kind: AgendaKind,
  until: string,
  entriesMax: number,
  order: AgendaOrder,
) =>
  db
    .selectFrom('agenda')
    .select(['message_id', 'attempt', 'due_at'])
    .where('kind', '=', kind)
    .where('due_at', '<=', until)
    .orderBy('due_at', order === 'oldest-first' ? 'asc' : 'desc')
    .orderBy('message_id', order === 'oldest-first' ? 'asc' : 'desc')
    .limit(entriesMax);

export const forgetStatement = ({ db }: Pick<Copy, 'db'>, entries: readonly AgendaEntry[]) =>
  db
    .deleteFrom('agenda')
    .where((eb) =>
      eb.or(
        entries.map(({ messageId, kind, attempt, dueAt }) =>
          eb.and({ message_id: messageId, kind, attempt, due_at: dueAt }),
        ),
      ),
    );
