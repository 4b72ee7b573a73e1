import type { CopyPosition, ReadModelOrigin } from '../../../application/ports/ledger-origin.js';
import { projectionNames } from '../../../application/ports/projection-store.js';
import type { Catalog } from './catalog.js';
import { EMPTY_VERSION, nextCopy } from './copy-names.js';
import { progressOf } from './progress.js';
import { copiesTable, ledgerTable } from '../tables.js';

/** The one row of the table. */
const LEDGER_ID = 1;

/** Stores in the catalog from which ledger the copies are made. */
export class ReadModelOriginTables implements ReadModelOrigin {
  constructor(private readonly catalog: Catalog) {}

  async ledgerIdentity(): Promise<string | undefined> {
    const { db } = await this.catalog.set();
    return (await db.selectFrom('ledger').select('identity').executeTakeFirst())?.identity;
  }

  async positions(): Promise<readonly CopyPosition[]> {
    const { database } = this.catalog;
    const positions: CopyPosition[] = [];
    for (const name of await this.tellingCopies()) {
      try {
        const copy = await database.openCopy(name, [], 'live');
        const progress = await progressOf(copy).finally(() => copy.close());
        if (progress !== undefined) positions.push({ copy: name, position: progress.position });
      } catch (error) {
        // A damaged copy, or one without tables yet, proves nothing.
        if (database.isUnavailable(error)) throw error;
      }
    }
    return positions;
  }

  /**
   * Copies that a crash left behind after `beginAnew` prove nothing; but a new catalog does not know which those are.
   */
  private async tellingCopies(): Promise<readonly string[]> {
    const existing = await this.catalog.database.copies();
    if ((await this.ledgerIdentity()) === undefined) return existing;
    const { db } = await this.catalog.set();
    const inUse = await db.selectFrom('copies').select('copy').execute();
    return inUse.map(({ copy }) => copy).filter((copy) => existing.includes(copy));
  }

  async adopt(identity: string): Promise<void> {
    const set = await this.catalog.set();
    await set.write([{ table: ledgerTable, put: [[LEDGER_ID, identity]] }]);
  }

  async beginAnew(identity: string | undefined): Promise<void> {
    const { database } = this.catalog;
    const old = await database.copies();
    const copies = projectionNames.map((projection) => [
      projection,
      nextCopy(projection, old),
      EMPTY_VERSION,
    ]);
    const ledger =
      identity === undefined ? { remove: [[LEDGER_ID]] } : { put: [[LEDGER_ID, identity]] };
    const set = await this.catalog.set();
    await set.write([
      { table: copiesTable, put: copies },
      { table: ledgerTable, ...ledger },
    ]);
    this.catalog.lookAgain();
    for (const copy of old) await database.dropCopy(copy);
  }
}
