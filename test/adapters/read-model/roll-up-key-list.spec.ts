import { afterEach, describe, expect, it } from '@jest/globals';
import type { CopyInUse } from '../../../src/adapters/read-model/catalog.js';
import { RollUpKeyList } from '../../../src/adapters/read-model/queries/roll-up-key-list.js';
import type { Copy } from '../../../src/adapters/read-model/read-model-database.js';
import { MemoryReadModelDatabase } from '../../../src/adapters/read-model/sqlite/sqlite-read-model-database.js';
import { rollUpKeysTable, tablesOf } from '../../../src/adapters/read-model/tables.js';

describe('the list of roll-up keys', () => {
  const database = new MemoryReadModelDatabase();
  const groupsOf = (keys: Awaited<ReturnType<RollUpKeyList['of']>>): readonly unknown[] =>
    keys.groupedBy(['country']).values.slice(1).flat();

  afterEach(() => database.close());

  it('keeps two copies apart that are read at the same time', async () => {
    const before = await copyWith('messages-1', ['GB', 'DE', 'FR']);
    const after = await copyWith('messages-2', ['US']);
    const list = new RollUpKeyList();
    const [old, fresh] = await Promise.all([list.of(before), list.of(after)]);
    expect(groupsOf(old)).toEqual(['GB', 'DE', 'FR']);
    expect(groupsOf(fresh)).toEqual(['US']);
    await addKeys(after.copy, 2, ['KE', 'NG', 'ZA']);
    expect(groupsOf(await list.of(after))).toEqual(['US', 'KE', 'NG', 'ZA']);
  });

  async function copyWith(name: string, countries: readonly string[]): Promise<CopyInUse> {
    const copy = await database.openCopy(name, tablesOf.messages);
    await addKeys(copy, 1, countries);
    return { name, isOutdated: false, copy };
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
