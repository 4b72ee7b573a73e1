import { KnownKeys } from '../../../../src/adapters/read-model/delivery-report/known-keys.js';
import { KnownFacets } from '../../../../src/adapters/read-model/messages/known-facets.js';
import { PerCopy } from '../../../../src/adapters/read-model/copies/per-copy.js';
import type { Copy } from '../../../../src/adapters/read-model/copies/read-model-database.js';
import { MemoryReadModelDatabase } from '../../../../src/adapters/read-model/copies/sqlite/sqlite-read-model-database.js';
import {
  facetsTable,
  rollUpKeysTable,
  tablesOf,
} from '../../../../src/adapters/read-model/tables.js';

describe('what is remembered of a copy', () => {
  const database = new MemoryReadModelDatabase();
  const groupsOf = (keys: KnownKeys): readonly unknown[] =>
    keys.groupedBy(['country']).values.slice(1).flat();

  afterEach(() => database.close());

  it('is kept apart from that of another one that is read at the same time', async () => {
    const before = await copyWith('messages-1', ['GB', 'DE', 'FR']);
    const after = await copyWith('messages-2', ['US']);
    const known = new PerCopy(() => new KnownKeys());
    const [old, fresh] = await Promise.all([known.of(before), known.of(after)]);
    expect(groupsOf(old)).toEqual(['GB', 'DE', 'FR']);
    expect(groupsOf(fresh)).toEqual(['US']);
    await addKeys(after, 2, ['KE', 'NG', 'ZA']);
    expect(groupsOf(await known.of(after))).toEqual(['US', 'KE', 'NG', 'ZA']);
  });

  it('is read again where a standby that took the place of the server lacked the newest of it', async () => {
    const copy = await copyWith('messages-3', ['GB', 'DE', 'FR', 'KE']);
    const known = new PerCopy(() => new KnownKeys());
    expect(groupsOf(await known.of(copy))).toEqual(['GB', 'DE', 'FR', 'KE']);
    await copy.write([{ table: rollUpKeysTable, remove: [[2], [3], [4]] }]);
    expect(groupsOf(await known.of(copy))).toEqual(['GB']);
    await addKeys(copy, 2, ['FR', 'DE']);
    expect(groupsOf(await known.of(copy))).toEqual(['GB', 'FR', 'DE']);
    await addKeys(copy, 3, ['US', 'DE']);
    expect(groupsOf(await known.of(copy))).toEqual(['GB', 'FR', 'US', 'DE']);
  });

  it('tells the facets of a standby that lacks the newest at once, and not those that it never had', async () => {
    const copy = await database.openCopy('messages-4', tablesOf.messages);
    const known = new PerCopy(() => new KnownFacets());
    const statuses = async (): Promise<readonly unknown[]> => {
      const facets = await known.of(copy);
      return [1, 2, 3].map((id) => facets.get(id)?.status);
    };
    const put = (id: number, status: string): Promise<void> =>
      copy.write([{ table: facetsTable, put: [[id, 'GB', 'Waybill', 'sms', status, null, 0, 1]] }]);
    await put(1, 'sent');
    await put(2, 'delivered');
    await put(3, 'failed');
    expect(await statuses()).toEqual(['sent', 'delivered', 'failed']);
    await copy.write([{ table: facetsTable, remove: [[2], [3]] }]);
    await put(2, 'failed');
    expect(await statuses()).toEqual(['sent', 'failed', undefined]);
    await put(3, 'delivered');
    expect(await statuses()).toEqual(['sent', 'failed', 'delivered']);
  });

  async function copyWith(name: string, countries: readonly string[]): Promise<Copy> {
    const copy = await database.openCopy(name, tablesOf.messages);
    await addKeys(copy, 1, countries);
    return copy;
  }

  const addKeys = (copy: Copy, firstId: number, countries: readonly string[]): Promise<void> =>
    copy.write([
      {
        table: rollUpKeysTable,
        put: countries.map((country, index) => [
          firstId + index,
          country,
          null,
          'Waybill',
          'sms',
          'sent',
          null,
          null,
        ]),
      },
    ]);
});
