import { isDeepStrictEqual } from 'node:util';
import { Catalog } from '../../../src/adapters/read-model/copies/catalog.js';
import { MemoryReadModelDatabase } from '../../../src/adapters/read-model/copies/sqlite/sqlite-read-model-database.js';
import { projectionStores } from '../../../src/adapters/read-model/projection-stores.js';
import { AgendaTable } from '../../../src/adapters/read-model/tables/agenda.js';
import { MessageIndexTable } from '../../../src/adapters/read-model/tables/message-index.js';
import { PagedEventFeed } from '../../../src/adapters/event-store/paged-event-feed.js';
import { agendaKinds, type AgendaEntry } from '../../../src/application/ports/agenda.js';
import { allProjections } from '../../../src/application/projecting/all-projections.js';
import { catchUp } from '../../../src/application/projecting/catch-up.js';
import { allRows, reportOf } from '../../support/worlds/read-models.js';
import { BEGIN_MS } from '../instance.js';
import type { World } from '../world.js';

/** A time at which everything on an agenda is due. */
const AT_LAST = { now: '2040-01-01T00:00:00.000Z' };
const ENTRIES_MAX = 1_000;
/** Even a late timer, and one that was put aside for a while, is handled by then. */
const HANDLED_WITHIN_MS = 90_000;

/** The read models in use must equal new ones that are built from the ledger. */
export async function checkReadModels(world: World): Promise<readonly string[]> {
  const found: string[] = [];
  const used = world.readModels.catalog;
  const rebuilt = await Catalog.open(new MemoryReadModelDatabase());
  try {
    const feed = new PagedEventFeed(world.ledger.memory);
    for (const projection of allProjections(projectionStores(rebuilt))) {
      await catchUp(feed, projection, new AbortController().signal);
    }
    const rows = await allRows(rebuilt);
    const rowsUsed = await allRows(used);
    for (const id of new Set([...rows.keys(), ...rowsUsed.keys()])) {
      if (!isDeepStrictEqual(rows.get(id), rowsUsed.get(id)))
        found.push(`the list shows ${id} otherwise than a rebuilt one`);
    }
    if (
      !isDeepStrictEqual(
        await reportOf(used, ['country', 'errorCode']),
        await reportOf(rebuilt, ['country', 'errorCode']),
      )
    ) {
      found.push('the report counts otherwise than a rebuilt one');
    }
    const uuids = world.vonage.calls.flatMap(({ messageUuid }) => messageUuid ?? []);
    for (const uuid of uuids) {
      const owner = await new MessageIndexTable(used).messageIdOf(uuid);
      if (owner !== (await new MessageIndexTable(rebuilt).messageIdOf(uuid)))
        found.push(`the index knows another owner of ${uuid}`);
    }
    found.push(...(await checkAgenda(world, rebuilt)));
  } finally {
    await rebuilt.close();
  }
  return found;
}

/** In the end no timer is left, and the agenda has no entry that the ledger does not give it. */
async function checkAgenda(world: World, rebuilt: Catalog): Promise<readonly string[]> {
  const found: string[] = [];
  const given = new Set((await entriesOf(rebuilt)).map(textOf));
  for (const entry of await entriesOf(world.readModels.catalog)) {
    if (!given.has(textOf(entry))) found.push(`the agenda has made up: ${textOf(entry)}`);
  }
  for (const entry of await overdueEntries(world)) {
    found.push(`the agenda still has: ${textOf(entry)}`);
  }
  return found;
}

/** The timers that should be done by now. A fault may put one aside for a minute. */
export async function overdueEntries({
  plan,
  scheduler,
  readModels,
}: World): Promise<readonly AgendaEntry[]> {
  // After a step of the clock an entry is due when its whole length has passed since.
  if (plan.clockSteps.length > 0) return [];
  const overdue = new Date(BEGIN_MS + scheduler.elapsedMs - HANDLED_WITHIN_MS).toISOString();
  const entries = await entriesOf(readModels.catalog);
  return entries.filter(({ kind, dueAt }) => kind !== 'confirm' && dueAt < overdue);
}

async function entriesOf(catalog: Catalog): Promise<readonly AgendaEntry[]> {
  const agenda = new AgendaTable(catalog);
  const entries: AgendaEntry[] = [];
  for (const kind of agendaKinds) {
    if (kind !== 'send') entries.push(...(await agenda.due(kind, AT_LAST, ENTRIES_MAX)));
  }
  for (const line of await agenda.lines()) {
    entries.push(...(await agenda.dueInLine(line, AT_LAST, ENTRIES_MAX)));
  }
  return entries;
}

const textOf = ({ kind, messageId, attempt, dueAt }: AgendaEntry): string =>
  `${kind} ${messageId} ${attempt} at ${dueAt}`;
