import type { ChildProcess } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { asStarted } from '../../testing/as-started.js';
import { account } from '../ingest/signed-webhooks.js';
import { freePort } from '../../testing/free-port.js';
import { start, untilReady, waitUntil } from './process.js';

export interface MeasuredService {
  readonly url: string;
  readonly port: number;
  readonly child: ChildProcess;
  /** The time from the start of the process to its first "ready" answer. */
  readonly readyAfterMs: number;
}

const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});

/** Starts the service as in production, on a data directory, with the account that signs the load. */
export async function startService(
  directory: string,
  readyMsMax: number,
  environment: NodeJS.ProcessEnv = {},
): Promise<MeasuredService> {
  const port = await freePort();
  const startedMs = performance.now();
  const child = start(
    new URL('../../../dist/main.js', import.meta.url),
    [],
    {
      PORT: String(port),
      DATA_DIR: directory,
      LOG_LEVEL: 'warn',
      VONAGE_API_KEY: account.apiKey,
      VONAGE_API_SECRET: 'unused',
      VONAGE_APPLICATION_ID: account.applicationId,
      VONAGE_PRIVATE_KEY: privateKey,
      VONAGE_NUMBER: '447700900001',
      VONAGE_SIGNATURE_SECRET: account.signatureSecret,
      // Nothing is sent during a benchmark.
      VONAGE_API_HOST: 'http://127.0.0.1:9',
      ...asStarted.environment,
      ...environment,
    },
    asStarted.nodeOptions,
    // Its warnings tell why it refused a part of the load.
    'inherit',
  );
  const url = `http://127.0.0.1:${port}`;
  await untilReady(url, readyMsMax);
  return { url, port, child, readyAfterMs: performance.now() - startedMs };
}

/** The lag of the read models behind the ledger. */
export interface Lag {
  readonly behindEvents: number;
  readonly behindSeconds: number;
}

interface Parts {
  readonly readModels: Lag;
  readonly proof: { readonly state: string };
}

export const lagOf = async (url: string): Promise<Lag> => (await partsOf(url)).readModels;

const SIGNED_MS_MAX = 900_000;

/**
 * A service that was started on a signed ledger reads it again first, on a thread that takes much of a core.
 * @returns the time that it took, milliseconds
 */
export const untilSigned = (url: string): Promise<number> =>
  waitUntil(
    'the log is ready to sign',
    async () => (await partsOf(url)).proof.state === 'working',
    SIGNED_MS_MAX,
  );

async function partsOf(url: string): Promise<Parts> {
  const response = await ask(`${url}/health/ready`);
  return ((await response.json()) as { readonly parts: Parts }).parts;
}

/** Asks over a new connection: a kept one may be closed by the time the next round asks. */
export const ask = (url: string): Promise<Response> =>
  fetch(url, { headers: { connection: 'close' } });
