import { Catalog } from '../../../../src/adapters/read-model/copies/catalog.js';
import { SqlMessageStore } from '../../../../src/adapters/read-model/messages/message-writer.js';
import { MemoryReadModelDatabase } from '../../../../src/adapters/read-model/copies/sqlite/sqlite-read-model-database.js';
import { ProjectionMoved } from '../../../../src/application/ports/projection-store.js';
import { FailingDatabase } from '../../../support/worlds/read-models.js';

const commit = {
  changes: { rows: [], contributions: [] },
  progress: { position: '1', asOf: '2026-01-01T00:00:00.000Z' },
  parked: [],
  unparkedStreams: [],
};

/** After a fault the store's memory of the copy is ahead of the copy, or empty. */
describe('after a fault, a store writes nothing until it has looked again where it stands', () => {
  let chance: number;
  let isUnavailable: boolean;
  let catalog: Catalog;
  let store: SqlMessageStore;

  beforeEach(async () => {
    chance = 0.5;
    isUnavailable = false;
    catalog = await Catalog.open(new FailingDatabase(new MemoryReadModelDatabase(), () => chance));
    const current = async () => {
      if (isUnavailable) throw new Error('the database is away');
      return catalog.copyOf('messages');
    };
    store = new SqlMessageStore({ current });
    await store.progress();
  });

  afterEach(() => catalog.close());

  const expectNothingWritten = async (): Promise<void> => {
    await expect(store.commit(commit)).rejects.toThrow(ProjectionMoved);
    await expect(store.load(['m'])).rejects.toThrow(ProjectionMoved);
    await store.progress();
    await store.commit(commit);
    expect(await store.progress()).toEqual(commit.progress);
  };

  it.each([
    ['before the commit', 0],
    ['behind the commit', 1],
  ])('one %s', async (_where, failing) => {
    chance = failing;
    await expect(store.commit(commit)).rejects.toThrow('the process was killed');
    chance = 0.5;
    await expectNothingWritten();
  });

  it('one while it looked', async () => {
    isUnavailable = true;
    await expect(store.progress()).rejects.toThrow('the database is away');
    isUnavailable = false;
    await expectNothingWritten();
  });
});
