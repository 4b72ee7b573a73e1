import type {
  Agenda,
  AgendaEntry,
  AgendaKind,
  AgendaOrder,
  Backlog,
  DueBy,
} from '../../application/ports/agenda.js';
import type { Catalog } from './catalog.js';
import type { Copy } from './read-model-database.js';

export class AgendaTable implements Agenda {
  constructor(private readonly catalog: Catalog) {}

  async due(
    kind: AgendaKind,
    by: DueBy,
    entriesMax: number,
    order: AgendaOrder = 'oldest-first',
  ): Promise<readonly AgendaEntry[]> {
    const { copy, isOutdated } = await this.catalog.copyOf('agenda');
    // It may have another shape, and nobody enters anything into it until it is rebuilt.
    if (isOutdated) return [];
    const due = await dueStatement(copy, kind, by, entriesMax, order).execute();
    const interrupted = await interruptedStatement(copy, kind, by, entriesMax)?.execute();
    const rows = [...due, ...(interrupted ?? [])].slice(0, entriesMax);
    return rows.map(({ message_id: messageId, attempt, due_at: dueAt }) => ({
      messageId,
      kind,
      attempt,
      dueAt,
    }));
  }

  async backlog(kind: AgendaKind, now: string): Promise<Backlog> {
    const { copy, isOutdated } = await this.catalog.copyOf('agenda');
    if (isOutdated) return { entries: 0, oldestDueAt: undefined };
    const row = await copy.db
      .selectFrom('agenda')
      .select(({ fn }) => [
        fn.countAll<number | string>().as('entries'),
        fn.min('due_at').as('oldest'),
      ])
      .where('kind', '=', kind)
      .where('due_at', '<=', now)
      .executeTakeFirst();
    return { entries: Number(row?.entries ?? 0), oldestDueAt: row?.oldest ?? undefined };
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
  { now, lastStep, graceMs = 0 }: DueBy,
  entriesMax: number,
  order: AgendaOrder,
) => {
  const until = graceMs === 0 ? now : new Date(Date.parse(now) - graceMs).toISOString();
  const due = db
    .selectFrom('agenda')
    .select(['message_id', 'attempt', 'due_at'])
    .where('kind', '=', kind)
    .where('due_at', '<=', until)
    .orderBy('due_at', order === 'oldest-first' ? 'asc' : 'desc')
    .orderBy('message_id', order === 'oldest-first' ? 'asc' : 'desc')
    .limit(entriesMax);
  if (lastStep === undefined) return due;
  // An entry whose span began before the step is not over because its time has come.
  return due.where((eb) =>
    eb.or([
      eb('begun_at', 'is', null),
      eb.and([eb('begun_at', '>=', lastStep.since), eb('begun_at', '<=', now)]),
    ]),
  );
};

/** Entries that began before the last step of the clock and have lasted long enough since. */
export const interruptedStatement = (
  { db }: Pick<Copy, 'db'>,
  kind: AgendaKind,
  { now, lastStep, graceMs = 0 }: DueBy,
  entriesMax: number,
) =>
  lastStep === undefined
    ? undefined
    : db
        .selectFrom('agenda')
        .select(['message_id', 'attempt', 'due_at'])
        .where('kind', '=', kind)
        .where((eb) => eb.or([eb('begun_at', '<', lastStep.since), eb('begun_at', '>', now)]))
        .where('lasts_ms', '<=', Math.floor(lastStep.elapsedMs - graceMs))
        .orderBy('begun_at')
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
