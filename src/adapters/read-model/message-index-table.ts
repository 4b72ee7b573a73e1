import { CompiledQuery, type Kysely } from 'kysely';
import type { Position } from '../../application/ports/event-store.js';
import type { MessageIndex } from '../../application/ports/message-index.js';
import type { Catalog } from './catalog.js';
import type { CopyTables } from './database-types.js';

export class MessageIndexTable implements MessageIndex {
  /** A webhook waits for this look-up, and building the statement takes longer than running it. */
  private readonly statements = new WeakMap<Kysely<CopyTables>, string>();

  constructor(private readonly catalog: Catalog) {}

  async messageIdOf(messageUuid: string): Promise<string | undefined> {
    const { copy } = await this.catalog.copyOf('message-index');
    const { rows } = await copy.db.executeQuery<{ readonly message_id: string }>(
      CompiledQuery.raw(this.statementFor(copy.db), [messageUuid]),
    );
    return rows[0]?.message_id;
  }

  async position(): Promise<Position | undefined> {
    const { copy } = await this.catalog.copyOf('message-index');
    const row = await copy.db.selectFrom('progress').select('position').executeTakeFirst();
    return row?.position;
  }

  private statementFor(db: Kysely<CopyTables>): string {
    const known = this.statements.get(db);
    if (known !== undefined) return known;
    const { sql } = db
      .selectFrom('message_index')
      .select('message_id')
      .where('message_uuid', '=', '')
      .compile();
    this.statements.set(db, sql);
    return sql;
  }
}
