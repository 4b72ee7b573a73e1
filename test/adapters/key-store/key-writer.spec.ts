import { setImmediate as nextTurn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { KeyWriter } from '../../../src/adapters/key-store/sqlite/key-writer.js';
import { eventually } from '../../support/watching/eventually.js';

/** Answers as the thread does, without a file. A question about two keys ends it. */
const thread = `
  const { parentPort } = require('node:worker_threads');
  parentPort.on('message', (message) => {
    if (message === 'close') parentPort.close();
    else if (message.wanted.length === 2) throw new Error('the disk has gone');
    else parentPort.postMessage({ number: message.number, found: [] });
  });`;
const wanted = { hash: null, person: 'p', month: '2026-11', wrapped: Buffer.alloc(0) } as never;

let running = 0;
let started = 0;
let writer: KeyWriter;

function create(idleMsMax: number): KeyWriter {
  running = 0;
  started = 0;
  const start = (): Worker => {
    running += 1;
    started += 1;
    return new Worker(thread, { eval: true }).once('exit', () => (running -= 1));
  };
  return new KeyWriter({ file: '', busyMsMax: 0 }, start, idleMsMax);
}

afterEach(() => writer.close());

describe('the thread that commits keys', () => {
  it('ends without questions, and the next question starts it again', async () => {
    writer = create(1);
    expect(await writer.keysFor([])).toStrictEqual([]);
    await eventually(() => running === 0);

    expect(await writer.keysFor([])).toStrictEqual([]);
    expect(started).toBe(2);
  });

  it('loses no question that comes while it ends', async () => {
    writer = create(1);
    for (let round = 0; round < 20; round++) {
      expect(await writer.keysFor([])).toStrictEqual([]);
      // The later, the further the thread is with its end.
      for (let turn = 0; turn < 20 * round; turn++) await nextTurn();
    }
    await writer.close();
    expect(running).toBe(0);
  });

  it('says its fault to who asked, and starts again', async () => {
    writer = create(60_000);
    await expect(writer.keysFor([wanted, wanted])).rejects.toThrow('the disk has gone');
    expect(await writer.keysFor([])).toStrictEqual([]);
    await writer.close();
    expect(running).toBe(0);
  });
});
