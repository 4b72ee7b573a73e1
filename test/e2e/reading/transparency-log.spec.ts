import { stat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { verifyMerkleInclusion } from '@sigstore/verify/dist/tlog/merkle.js';
import { unpackEntries } from '../../../src/application/proof/log-entry.js';
import {
  openCheckpoint,
  type Checkpoint,
} from '../../../src/application/proof/notes/checkpoint.js';
import { parseVerifierKey } from '../../../src/application/proof/notes/signed-note.js';
import { parseProof } from '../../../src/application/proof/notes/tlog-proof.js';
import { rootFromTiles } from '../../../src/application/proof/tree/proofs.js';
import { edgeWidth, tilePath } from '../../../src/application/proof/tree/tiles.js';
import { eventually } from '../../support/watching/eventually.js';
import { LogObserver, tileReader, type ReadableLog } from '../../support/watching/log-observer.js';
import {
  recipient,
  startWaybill,
  stopWaybills,
  type Waybill,
} from '../../support/worlds/waybill.js';

interface ProofShown {
  readonly key: string;
  readonly entries: readonly {
    readonly entry: string;
    readonly event: Readonly<Record<string, unknown>>;
    readonly proof: string;
  }[];
  readonly waiting: number;
}

let waybill: Waybill;
let id: string;

beforeAll(async () => {
  waybill = await startWaybill();
  id = await waybill.send(recipient());
  await waybill.until(id, 'delivered');
});

afterAll(stopWaybills);

const text = async (path: string): Promise<string> => {
  const answer = await waybill.api.get(path);
  expect([answer.status, answer.headers.get('content-type')]).toEqual([
    200,
    'text/plain; charset=utf-8',
  ]);
  return answer.text;
};

const log: ReadableLog = {
  checkpoint: () => text('/v1/log/checkpoint'),
  keys: () => text('/v1/log/key'),
  async tile(path) {
    const answer = await fetch(`${waybill.url}/v1/log/tile/${path}`);
    expect([path, answer.status]).toEqual([path, 200]);
    return new Uint8Array(await answer.arrayBuffer());
  },
};

const untilLogged = (): Promise<ProofShown> =>
  eventually(async () => {
    const proof = (await waybill.api.get(`/v1/messages/${id}/proof`)).as<ProofShown>(200);
    if (proof.waiting === 0 && proof.entries.length > 0) return proof;
    throw new Error(`${proof.waiting} events are not in the log`);
  });

it('logs every event of the ledger in its order, and signs the tree of them', async () => {
  await untilLogged();
  const key = parseVerifierKey((await log.keys()).trim());
  const { size, root, origin } = openCheckpoint((await log.checkpoint()) ?? '', [key]);
  expect(key.name).toBe(origin);
  expect(Buffer.from(await rootFromTiles(size, tileReader(log, size)))).toEqual(root);
  const width = edgeWidth(size, 0);
  const entries = unpackEntries(
    await log.tile(tilePath({ kind: 'entries', number: 0, width })),
  ).map((entry) => JSON.parse(entry.toString('utf8')) as { id: string });
  const exported = (await waybill.api.get('/v1/events')).lines as readonly { id: string }[];
  expect(entries.map((entry) => entry.id)).toEqual(
    exported.slice(0, size).map((event) => event.id),
  );
});

it('proves each event of a message to an implementation that is not ours', async () => {
  const { key, entries } = await untilLogged();
  const events = await waybill.events(id);
  expect(entries.map(({ event }) => event['id'])).toEqual(events.map((event) => event.id));
  for (const { entry, proof } of entries) {
    const { index, hashes, checkpoint } = parseProof(proof);
    const { size, root } = openCheckpoint(checkpoint, [parseVerifierKey(key)]);
    verifyMerkleInclusion(
      {
        canonicalizedBody: Buffer.from(entry, 'base64'),
        inclusionProof: { logIndex: String(index), hashes },
      } as never,
      { logSize: BigInt(size), logHash: root } as never,
    );
  }
});

it('goes on with the same history and the same key after a restart', async () => {
  const observer = new LogObserver();
  const before = (await observer.look(log)) as Checkpoint;
  const key = await log.keys();
  await waybill.stop();
  await waybill.start();
  await waybill.send(recipient());
  await eventually(async () => {
    const now = (await observer.look(log)) as Checkpoint;
    expect(now.size).toBeGreaterThan(before.size);
    expect(now.origin).toBe(before.origin);
    return true;
  });
  expect(await log.keys()).toBe(key);
});

it('keeps its signing key for this user alone', async () => {
  const file = join(waybill.directory, 'log-signing-key.pem');
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await readFile(file, 'utf8')).toContain('BEGIN PRIVATE KEY');
});

it.each(['0/000.p/255', '7/000', '0/0', 'entries/x001', 'nothing'])(
  'answers 404 for the tile %s',
  async (path) => {
    const answer = await waybill.api.get(`/v1/log/tile/${path}`);
    expect(answer.problem).toMatchObject({ status: 404, type: '/problems/log-entry-not-found' });
  },
);

it('says in words what the newest checkpoint covers, and who signed it', async () => {
  await untilLogged();
  const { size, root, origin, signers, coversUntil } = (await waybill.api.get('/v1/log')).as<{
    readonly size: number;
    readonly root: string;
    readonly origin: string;
    readonly signers: readonly string[];
    readonly coversUntil: string;
  }>(200);
  const [key = ''] = (await log.keys()).split('\n');
  const checkpoint = openCheckpoint((await log.checkpoint()) ?? '', [parseVerifierKey(key)]);
  expect({ origin, size, root }).toEqual({
    ...checkpoint,
    root: Buffer.from(checkpoint.root).toString('base64'),
  });
  expect(signers).toEqual([key.split('+').slice(0, 2).join('+')]);
  const exported = (await waybill.api.get('/v1/events')).lines as readonly {
    readonly recordedAt: string;
  }[];
  expect(coversUntil).toBe(exported[size - 1]?.recordedAt);
});

it('says in its readiness that it signs', async () => {
  const ready = (await waybill.api.get('/health/ready')).body as {
    parts: { proof: { state: string } };
  };
  expect(ready.parts.proof.state).toBe('working');
});
