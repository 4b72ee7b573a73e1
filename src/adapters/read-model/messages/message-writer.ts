import type {
  MessageChange,
  MessageChanges,
  MessageStore,
} from '../../../application/ports/projection-store.js';
import type { MessageRow } from '../../../application/projecting/messages/message-row.js';
import type { CopyInUse } from '../copies/catalog.js';
import { CopyStore, type ChangeWriter, type CopySource } from '../copies/copy-store.js';
import { type CopyTables, facetsTable, messagesTable } from '../tables.js';
import { Dictionary } from '../dictionary.js';
import {
  ADOPTED_FACET,
  facetCells,
  facetOf,
  facetOfRow,
  messageCells,
  messageOf,
  type Facet,
} from './message-cells.js';
import { preferredKey } from './message-key.js';
import { RollUpWriter } from '../delivery-report/roll-up-writer.js';
import type { Cell, TableWrite } from '../table.js';

/** Limit of cached rows, about 600 bytes each, so that consecutive events of one message read its row once. */
const ROWS_MAX = 20_000;

interface KnownRow {
  readonly row: MessageRow;
  readonly key: number;
}

/** Writes the message list, its facets by number, and the delivery roll-ups. */
export class SqlMessageStore extends CopyStore<MessageChanges> implements MessageStore {
  private readonly rows: MessageRows;

  constructor(source: CopySource) {
    const rows = new MessageRows();
    super(source, rows);
    this.rows = rows;
  }

  async load(messageIds: readonly string[]): Promise<ReadonlyMap<string, MessageRow>> {
    return this.rows.load(messageIds, await this.checkedCopy());
  }
}

class MessageRows implements ChangeWriter<MessageChanges> {
  /** The rows of the current batch, so that none is evicted before it is written. */
  private readonly atHand = new Map<string, KnownRow>();
  private readonly recent = new Map<string, KnownRow>();
  private readonly facets = new Dictionary();
  private readonly facetsById = new Map<number, Facet>();
  private readonly facetMessages = new Map<number, number>();
  private readonly rollUps = new RollUpWriter();
  /** No row has a higher key, so only keys up to it are looked up: nearly all new ones are higher. */
  private highestKey = 0;
  private written: readonly (readonly [string, KnownRow])[] = [];

  /** Loads what the copy already holds. */
  async begin({ copy }: CopyInUse): Promise<void> {
    for (const cells of await copy.db.selectFrom('facets').selectAll().execute()) {
      const { facet_id: id, messages } = cells;
      const facet = facetOf(cells);
      this.facets.load(id, facetCells(facet));
      this.facetsById.set(id, facet);
      this.facetMessages.set(id, messages);
    }
    const highest = await copy.db
      .selectFrom('messages')
      .select('message_key')
      .orderBy('message_key', 'desc')
      .limit(1)
      .executeTakeFirst();
    this.highestKey = highest?.message_key ?? 0;
    await this.rollUps.begin(copy);
  }

  forget(): void {
    this.atHand.clear();
    this.recent.clear();
    this.facets.clear();
    this.facetsById.clear();
    this.facetMessages.clear();
    this.rollUps.forget();
    this.written = [];
  }

  async load(
    messageIds: readonly string[],
    { copy }: CopyInUse,
  ): Promise<ReadonlyMap<string, MessageRow>> {
    this.atHand.clear();
    const missing: string[] = [];
    for (const id of messageIds) {
      const known = this.recent.get(id);
      if (known === undefined) missing.push(id);
      else this.atHand.set(id, known);
    }
    for (const stored of await copy.find(messagesTable, 'message_id', missing)) {
      const cells = stored as unknown as CopyTables['messages'];
      const row = messageOf(cells, (id) => this.facetsById.get(id));
      this.atHand.set(row.messageId, { row, key: cells.message_key });
    }
    const found = new Map<string, MessageRow>();
    for (const [id, { row }] of this.atHand) found.set(id, row);
    return found;
  }

  async writes(
    { rows, contributions }: MessageChanges,
    inUse: CopyInUse,
  ): Promise<readonly TableWrite[]> {
    const remove: (readonly Cell[])[] = [];
    const put: (readonly Cell[])[] = [];
    const written: (readonly [string, KnownRow])[] = [];
    const touchedFacets = new Set<number>();
    const keys = await this.keysFor(rows, inUse);
    for (const { before, after } of rows) {
      const old = this.atHand.get(after.messageId);
      const key = keys.get(after.messageId) ?? old?.key;
      if (key === undefined) throw new RangeError('a row was not loaded before it was changed');
      const facetId = this.facetIdOf(after);
      const oldFacetId = before && this.facetIdOf(before);
      if (oldFacetId !== undefined) this.countFacet(oldFacetId, -1, touchedFacets);
      this.countFacet(facetId, 1, touchedFacets);
      if (old !== undefined && old.key !== key) remove.push([old.key]);
      put.push(messageCells(after, key, facetId));
      written.push([after.messageId, { row: after, key }]);
    }
    this.written = written;
    this.facets.takeFresh();
    return [
      { table: messagesTable, remove, put },
      { table: facetsTable, put: [...touchedFacets].map((id) => this.facetRow(id)) },
      ...(await this.rollUps.writes(contributions, inUse.copy)),
    ];
  }

  committed(): void {
    for (const [id, known] of this.written) {
      this.recent.delete(id);
      this.recent.set(id, known);
    }
    for (const id of this.recent.keys()) {
      if (this.recent.size <= ROWS_MAX) break;
      this.recent.delete(id);
    }
  }

  private facetIdOf(row: MessageRow): number {
    if (row.adopted) return ADOPTED_FACET;
    const facet = facetOfRow(row);
    const id = this.facets.idOf(facetCells(facet));
    if (!this.facetsById.has(id)) this.facetsById.set(id, facet);
    return id;
  }

  private countFacet(id: number, difference: number, touched: Set<number>): void {
    if (id === ADOPTED_FACET) return;
    this.facetMessages.set(id, (this.facetMessages.get(id) ?? 0) + difference);
    touched.add(id);
  }

  private facetRow(id: number): readonly Cell[] {
    const facet = this.facetsById.get(id);
    if (facet === undefined) throw new RangeError(`no facet has the number ${id}`);
    return [id, ...facetCells(facet), this.facetMessages.get(id) ?? 0];
  }

  /** Assigns keys to new rows, and to rows that turned out to be older than was known. */
  private async keysFor(
    rows: readonly MessageChange[],
    { copy }: CopyInUse,
  ): Promise<ReadonlyMap<string, number>> {
    const keys = new Map<string, number>();
    const withoutKey = rows.filter(({ before, after }) => before?.createdAt !== after.createdAt);
    if (withoutKey.length === 0) return keys;
    const taken = new Set<number>();
    let highest = this.highestKey;
    let candidates = withoutKey.map(({ after }) => ({
      messageId: after.messageId,
      key: preferredKey(after.createdAt, after.messageId),
    }));
    while (candidates.length > 0) {
      const wanted = candidates
        .map(({ key }) => key)
        .filter((key) => key <= this.highestKey && !taken.has(key));
      for (const { message_key: key } of await copy.find(messagesTable, 'message_key', wanted)) {
        taken.add(key as number);
      }
      const collided: typeof candidates = [];
      for (const { messageId, key } of candidates) {
        if (taken.has(key)) {
          collided.push({ messageId, key: key + 1 });
          continue;
        }
        taken.add(key);
        keys.set(messageId, key);
        highest = Math.max(highest, key);
      }
      candidates = collided;
    }
    // A failed commit is followed by `begin`, which reads it again.
    this.highestKey = highest;
    return keys;
  }
}
