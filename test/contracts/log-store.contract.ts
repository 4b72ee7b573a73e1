import { randomUUID } from 'node:crypto';
import {
  LogHasMoved,
  type LogState,
  type LogStore,
} from '../../src/application/ports/log-store.js';

/** The contract of every store of the transparency log. @param open opens the same store as another instance does */
export function logStoreContract(name: string, open: () => Promise<LogStore>): void {
  describe(`${name} as a store of the transparency log`, () => {
    let store: LogStore;
    let other: LogStore;
    let state: LogState;

    const grown = (size: number): LogState => ({
      ...state,
      size,
      position: `${size}00`,
      checkpoint: `checkpoint ${size}`,
    });
    const tile = (level: number, number: number, byte: number) => ({
      level,
      number,
      hashes: Buffer.alloc(64, byte),
    });
    const bundle = (number: number, firstPosition: string) => ({
      number,
      firstPosition,
      entries: Buffer.from(`entries ${number}`),
    });

    beforeAll(async () => {
      store = await open();
      other = await open();
      state = {
        origin: `example.com/${randomUUID()}`,
        size: 0,
        position: undefined,
        ledger: 'a ledger',
        checkpoint: 'checkpoint 0',
        keys: 'a key\n',
        decidedHold: undefined,
        replaces: undefined,
      };
      await store.begin(state, (await store.state())?.origin);
    });

    afterAll(async () => {
      await store.close();
      await other.close();
    });

    it('begins a log once, whoever asks', async () => {
      expect(await other.state()).toEqual(state);
      const second = { ...state, origin: `example.com/${randomUUID()}` };
      await expect(other.begin(second, undefined)).rejects.toThrow(LogHasMoved);
      expect(await store.state()).toEqual(state);
    });

    it('keeps a growth as a whole, and shows it to every instance', async () => {
      const growth = {
        before: state,
        after: grown(300),
        tiles: [tile(0, 0, 1), tile(0, 1, 2), tile(1, 0, 3)],
        bundles: [bundle(0, '1'), bundle(1, '257')],
      };
      await store.grow(growth);
      expect(await other.state()).toEqual(grown(300));
      expect(Buffer.from((await other.tile(0, 1)) ?? [])).toEqual(Buffer.alloc(64, 2));
      expect(Buffer.from((await other.bundle(1)) ?? []).toString()).toBe('entries 1');
      expect(await other.firstPosition(1)).toBe('257');
      expect([await other.tile(2, 0), await other.bundle(9)]).toEqual([undefined, undefined]);
    });

    it('refuses a growth from a state that is past, and keeps nothing of it', async () => {
      const late = { before: state, after: grown(5), tiles: [tile(0, 0, 9)], bundles: [] };
      await expect(other.grow(late)).rejects.toThrow(LogHasMoved);
      expect(await store.state()).toEqual(grown(300));
      expect(Buffer.from((await store.tile(0, 0)) ?? [])).toEqual(Buffer.alloc(64, 1));
    });

    it('lets one of two growths from the same state win', async () => {
      const growth = (byte: number) => ({
        before: grown(300),
        after: grown(301),
        tiles: [tile(0, 1, byte)],
        bundles: [],
      });
      const results = await Promise.allSettled([store.grow(growth(4)), other.grow(growth(5))]);
      expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
      const winner = results[0].status === 'fulfilled' ? 4 : 5;
      expect(Buffer.from((await store.tile(0, 1)) ?? [])).toEqual(Buffer.alloc(64, winner));
    });

    it('takes the positions of the same events in another ledger', async () => {
      await store.grow({
        before: grown(301),
        after: grown(302),
        tiles: [],
        bundles: [],
        firstPositions: ['7', '8'],
      });
      expect(await other.firstPosition(0)).toBe('7');
      expect(await other.firstPosition(1)).toBe('8');
    });

    it('keeps the last checkpoint, and those of a log that another one replaced', async () => {
      const next = { ...state, origin: `example.com/${randomUUID()}`, checkpoint: 'of the next' };
      await store.begin(next, state.origin);
      const kept = (await other.checkpoints()).map(({ note }) => note);
      expect(kept).toEqual(expect.arrayContaining(['checkpoint 302', 'of the next']));
      expect(await other.tile(0, 0)).toBeUndefined();
    });
  });
}
