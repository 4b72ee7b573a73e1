import type { Agenda, AgendaEntry, AgendaKind } from '../../application/ports/agenda.js';
import type { Catalog } from './catalog.js';
import type { Copy } from './read-model-database.js';

export class AgendaTable implements Agenda {
  constructor(private readonly catalog: Catalog) {}

  async due(kind: AgendaKind, until: string, entriesMax: number): Promise<readonly AgendaEntry[]> {
    const { copy } = await this.catalog.copyOf('agenda');
    const rows = await dueStatement(copy, kind, until, entriesMax).execute();
    return rows.map((row) => ({ messageId: row.message_id, kind, dueAt: row.due_at }));
  }

  async forget(entries: readonly AgendaEntry[]): Promise<void> {
    if (entries.length === 0) return;
    const { copy } = await this.catalog.copyOf('agenda');
    await forgetStatement(copy, entries).execute();
  }
}

export const dueStatement = (
  { db }: Pick<Copy, 'db'>,
  kind: AgendaKind,
  until: string,
  entriesMax: number,
) =>
  db
    .selectFrom('agenda')
    .select(['message_id', 'due_at'])
    .where('kind', '=', kind)
    .where('due_at', '<=', until)
    .orderBy('due_at')
    .orderBy('message_id')
    .limit(entriesMax);

export const forgetStatement = ({ db }: Pick<Copy, 'db'>, entries: readonly AgendaEntry[]) =>
  db
    .deleteFrom('agenda')
    .where((eb) =>
      eb.or(
        entries.map(({ messageId, kind, dueAt }) =>
          eb.and({ message_id: messageId, kind, due_at: dueAt }),
        ),
      ),
    );
