import { keyAt } from '../../../../src/adapters/read-model/messages/message-key.js';
import { Catalog } from '../../../../src/adapters/read-model/copies/catalog.js';
import { MemoryReadModelDatabase } from '../../../../src/adapters/read-model/copies/sqlite/sqlite-read-model-database.js';
import { AgedRowsTables } from '../../../../src/adapters/read-model/tables/aged-rows.js';
import { inboundTable, messagesTable } from '../../../../src/adapters/read-model/tables.js';
import type {
  AgedInbound,
  AgedMessage,
  AgedPage,
} from '../../../../src/application/ports/person-rows.js';
import { ERASED } from '../../../../src/domain/erasure-events.js';

const BEGIN_MS = Date.parse('2026-01-05T00:00:00.000Z');
const BEFORE = '2026-02-01T00:00:00.000Z';
const ROWS = 2_500;
const NUMBER = '447700900123';

describe('rows that are too old', () => {
  let catalog: Catalog;
  let aged: AgedRowsTables;

  beforeEach(async () => {
    catalog = await Catalog.open(new MemoryReadModelDatabase());
    aged = new AgedRowsTables(catalog);
  });

  afterEach(() => catalog.close());

  const at = (row: number): number => BEGIN_MS + Math.floor(row / 3);
  const putMessages = async (names: (row: number) => boolean): Promise<void> => {
    const { copy } = await catalog.freshCopyOf('messages');
    const put = Array.from({ length: ROWS }, (_, row) => {
      const cells: Record<string, string | number> = {
        message_key: keyAt(at(row)) + (row % 3),
        message_id: `m-${row}`,
        recipient: names(row) ? NUMBER : ERASED,
      };
      return messagesTable.columns.map(({ name, type, nullable }) => {
        return cells[name] ?? (nullable ? null : type === 'integer' ? 1 : 'x');
      });
    });
    await copy.write([{ table: messagesTable, put }]);
  };
  const putInbound = async (names: (row: number) => boolean): Promise<void> => {
    const { copy } = await catalog.freshCopyOf('inbound');
    const put = Array.from({ length: ROWS }, (_, row) => {
      const sender = names(row) ? NUMBER : ERASED;
      return [`u-${row}`, at(row), sender, 'x', 'x', 'x', 'sms', null, 'x'];
    });
    await copy.write([{ table: inboundTable, put }]);
  };

  async function pages<Row>(
    page: (after: Row | undefined) => Promise<AgedPage<Row>>,
  ): Promise<readonly (readonly Row[])[]> {
    const found: (readonly Row[])[] = [];
    let after: Row | undefined;
    do {
      const { rows, last } = await page(after);
      found.push(rows);
      after = last;
    } while (after !== undefined);
    return found;
  }

  it.each([
    ['messages', putMessages, () => pages<AgedMessage>((after) => aged.messages(BEFORE, after))],
    [
      'inbound messages',
      putInbound,
      () => pages<AgedInbound>((after) => aged.inbound(BEFORE, after)),
    ],
  ])('are found among %s, five hundred in each look, named or not', async (_, put, find) => {
    await put((row) => row % 1_250 === 0);
    expect((await find()).map(({ length }) => length)).toEqual([1, 0, 1, 0, 0, 0]);
    await put(() => true);
    const all = (await find()).flatMap((rows) => rows.map((row) => JSON.stringify(row)));
    expect(all).toHaveLength(ROWS);
    expect(new Set(all).size).toBe(ROWS);
  });

  it('are none of a later time', async () => {
    await putMessages(() => true);
    const before = new Date(at(6)).toISOString();
    const { rows, last } = await aged.messages(before, undefined);
    expect(rows.map(({ messageId }) => messageId)).toEqual([
      'm-0',
      'm-1',
      'm-2',
      'm-3',
      'm-4',
      'm-5',
    ]);
    expect(last).toBeUndefined();
  });
});
