import { sql } from 'kysely';
import {
  BACKLOG_ENTRIES_MAX,
  type Agenda,
  type AgendaEntry,
  type AgendaKind,
  type AgendaOrder,
  type Backlog,
  type DueBy,
  type WaitingLine,
} from '../../../application/ports/agenda.js';
import type { Priority } from '../../../domain/message/priority.js';
import type { Catalog } from '../copies/catalog.js';
import type { Copy } from '../copies/read-model-database.js';
import type { AgendaTableChanges } from '../../../application/ports/projection-store.js';
import type { NewAgendaEntry } from '../../../application/ports/agenda.js';
import { tableWriter } from '../copies/copy-store.js';
import { agendaTable } from '../tables.js';

/** Entries deleted by one statement, whose size a database limits. */
const FORGOTTEN_TOGETHER = 100;

export class AgendaTable implements Agenda {
  constructor(private readonly catalog: Catalog) {}

  due(
    kind: Exclude<AgendaKind, 'send'>,
    by: DueBy,
    entriesMax: number,
    order: AgendaOrder = 'oldest-first',
  ): Promise<readonly AgendaEntry[]> {
    return this.dueOf({ kind, line: NO_LINE }, by, entriesMax, order);
  }

  dueInLine(line: WaitingLine, by: DueBy, entriesMax: number): Promise<readonly AgendaEntry[]> {
    return this.dueOf({ kind: 'send', line: textOfLine(line) }, by, entriesMax, 'oldest-first');
  }

  async lines(): Promise<readonly WaitingLine[]> {
    const { copy, isOutdated } = await this.catalog.copyOf('agenda');
    if (isOutdated) return [];
    const { rows } = await sendLinesQuery.execute(copy.db);
    return rows.map(({ line }) => lineOfText(line));
  }

  async backlog(kind: Exclude<AgendaKind, 'send'>, now: string): Promise<Backlog> {
    return this.backlogOf({ kind, line: NO_LINE }, now);
  }

  async sendBacklog(now: string): Promise<Readonly<Record<Priority, Backlog>>> {
    const sums: Record<Priority, Backlog> = { high: none, normal: none, bulk: none };
    for (const line of await this.lines()) {
      const more = await this.backlogOf({ kind: 'send', line: textOfLine(line) }, now);
      sums[line.priority] = added(sums[line.priority], more);
    }
    return sums;
  }

  private async dueOf(
    place: Place,
    by: DueBy,
    entriesMax: number,
    order: AgendaOrder,
  ): Promise<readonly AgendaEntry[]> {
    const { copy, isOutdated } = await this.catalog.copyOf('agenda');
    // An outdated copy may have another shape, and receives no entries until it is rebuilt.
    if (isOutdated) return [];
    const rows = [...(await dueStatement(copy, place, by, entriesMax, order).execute())];
    for (const statement of interruptedStatements(copy, place, by, entriesMax)) {
      if (rows.length < entriesMax) rows.push(...(await statement.execute()));
    }
    return rows.slice(0, entriesMax).map(({ message_id: messageId, attempt, due_at: dueAt }) => ({
      messageId,
      kind: place.kind,
      attempt,
      dueAt,
    }));
  }

  private async backlogOf(place: Place, now: string): Promise<Backlog> {
    const { copy, isOutdated } = await this.catalog.copyOf('agenda');
    if (isOutdated) return none;
    const row = await backlogStatement(copy, place, now).executeTakeFirst();
    return { entries: Number(row?.entries ?? 0), oldestDueAt: row?.oldest ?? undefined };
  }

  async forget(entries: readonly AgendaEntry[]): Promise<void> {
    if (entries.length === 0) return;
    const { copy, isOutdated } = await this.catalog.copyOf('agenda');
    if (isOutdated) return;
    for (let first = 0; first < entries.length; first += FORGOTTEN_TOGETHER) {
      const some = entries.slice(first, first + FORGOTTEN_TOGETHER);
      await forgetStatement(copy, some).execute();
    }
  }
}

export const dueStatement = (
  { db }: Pick<Copy, 'db'>,
  { kind, line }: Place,
  { now, lastStep, graceMs = 0 }: DueBy,
  entriesMax: number,
  order: AgendaOrder,
) => {
  const until = graceMs === 0 ? now : new Date(Date.parse(now) - graceMs).toISOString();
  const due = db
    .selectFrom('agenda')
    .select(['message_id', 'attempt', 'due_at'])
    .where('kind', '=', kind)
    .where('line', '=', line)
    .where('due_at', '<=', until)
    .orderBy('due_at', order === 'oldest-first' ? 'asc' : 'desc')
    .orderBy('message_id', order === 'oldest-first' ? 'asc' : 'desc')
    .limit(entriesMax);
  if (lastStep === undefined) return due;
  // An entry whose span began before the clock's step is not due just because its time has come.
  return due.where((eb) =>
    eb.or([
      eb('begun_at', 'is', null),
      eb.and([eb('begun_at', '>=', lastStep.since), eb('begun_at', '<=', now)]),
    ]),
  );
};

/** Counts up to a limit: counting half a million entries would block the thread for a quarter of a second. */
export const backlogStatement = ({ db }: Pick<Copy, 'db'>, { kind, line }: Place, now: string) =>
  db
    .selectFrom(
      db
        .selectFrom('agenda')
        .select('due_at')
        .where('kind', '=', kind)
        .where('line', '=', line)
        .where('due_at', '<=', now)
        .orderBy('due_at')
        .limit(BACKLOG_ENTRIES_MAX)
        .as('first'),
    )
    .select(({ fn }) => [
      fn.countAll<number | string>().as('entries'),
      fn.min('due_at').as('oldest'),
    ]);

/**
 * Selects entries that began before the last step of the clock, or by a clock that was ahead of it, and have lasted
 * long enough since. Two statements, each of which reads one range of an index.
 */
export const interruptedStatements = (
  { db }: Pick<Copy, 'db'>,
  { kind, line }: Place,
  { now, lastStep, graceMs = 0 }: DueBy,
  entriesMax: number,
) =>
  lastStep === undefined
    ? []
    : (
        [
          ['<', lastStep.since],
          ['>', now],
        ] as const
      ).map(([side, time]) =>
        db
          .selectFrom('agenda')
          .select(['message_id', 'attempt', 'due_at'])
          .where('kind', '=', kind)
          .where('line', '=', line)
          .where('begun_at', side, time)
          .where('lasts_ms', '<=', Math.floor(lastStep.elapsedMs - graceMs))
          .orderBy('begun_at')
          .limit(entriesMax),
      );

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

export const agendaWriter = tableWriter<AgendaTableChanges>(agendaTable, (changes) => ({
  remove: changes.flatMap(({ messageId, kind, attempt, dueAt }) =>
    dueAt === null ? [[messageId, kind, attempt]] : [],
  ),
  put: changes.flatMap((change) => (change.dueAt === null ? [] : [agendaRow(change)])),
}));

const agendaRow = ({ messageId, kind, attempt, dueAt, begunAt, line }: NewAgendaEntry) => [
  messageId,
  kind,
  attempt,
  dueAt,
  begunAt,
  begunAt === null ? 0 : Date.parse(dueAt) - Date.parse(begunAt),
  line === null ? NO_LINE : textOfLine(line),
];

/** The line of entries that are not to be sent. */
const NO_LINE = '';

/** A range of the index: entries of one kind in one line. */
interface Place {
  readonly kind: AgendaKind;
  readonly line: string;
}

/** No part of a line can hold it. */
const SEPARATOR = '\t';

export const textOfLine = ({ priority, channel, from, key }: WaitingLine): string =>
  [priority, channel, from, key].join(SEPARATOR);

function lineOfText(text: string): WaitingLine {
  const [priority, channel = '', from = '', key = ''] = text.split(SEPARATOR);
  return { priority: priority as Priority, channel, from, key };
}

/** Finds each line by one step in the index, however many messages wait in it. */
export const sendLinesQuery = sql<{ line: string }>`
  WITH RECURSIVE lines(line) AS (
    SELECT min(line) FROM agenda WHERE kind = 'send'
    UNION ALL
    SELECT (SELECT min(line) FROM agenda WHERE kind = 'send' AND line > lines.line)
    FROM lines WHERE lines.line IS NOT NULL
  )
  SELECT line FROM lines WHERE line IS NOT NULL`;

const none: Backlog = { entries: 0, oldestDueAt: undefined };

function added(one: Backlog, other: Backlog): Backlog {
  const oldest = [one.oldestDueAt, other.oldestDueAt].filter((at) => at !== undefined).toSorted();
  return {
    entries: Math.min(BACKLOG_ENTRIES_MAX, one.entries + other.entries),
    oldestDueAt: oldest[0],
  };
}
