import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunnableConfig } from '../../../src/app.module.js';
import type { VonageConfig } from '../../../src/config.js';
import type { TimeSource } from '../../../src/adapters/system/system-time.js';
import { noDayLimits } from '../../../src/domain/limits/day-limits.js';
import { defaultRetryPolicy } from '../../../src/domain/message/retry-policy.js';
import type { MessageStatus } from '../../../src/domain/message/message-status.js';
import {
  createSandboxCredentials,
  type SandboxCredentials,
  type SandboxOptions,
  startSandbox,
  type Sandbox,
} from 'vonage-sandbox';
import { startService, type Service } from '../../../src/service.js';
import { Api, type Answer, type EventShown, type MessageShown } from '../facts/api.js';
import { eventually } from '../watching/eventually.js';
import { LogCapture } from '../watching/log-capture.js';

/** A test takes a hundredth of a story's time. */
export const TIME_SCALE = 0.01;

/** Longer than any answer takes on a slow machine, and short enough to wait for one that never comes. */
const CALL_TIMEOUT_MS = 5_000;

export interface WaybillOptions {
  readonly sandbox?: Partial<SandboxOptions>;
  readonly config?: Partial<Omit<RunnableConfig, 'vonage'>>;
  readonly vonage?: Partial<VonageConfig>;
  readonly credentials?: Partial<SandboxCredentials>;
  /** The system's time by default. */
  readonly time?: TimeSource;
  /** The built window, for tests in a browser. */
  readonly windowDirectory?: string;
  /** False starts the sandbox alone; `start` starts the service later. */
  readonly started?: boolean;
}

/** One key for the whole run: creating one takes longer than most tests. */
const credentialsOfTheRun = await createSandboxCredentials();

const running = new Set<Waybill>();

/** For `afterAll`: a failed test must not leave a server behind, or the run would never end. */
export async function stopWaybills(): Promise<void> {
  await Promise.all([...running].map((waybill) => waybill.end()));
}

/** Starts the whole service with a ledger on disk, the real SDK, and a sandbox that reports to it. */
export async function startWaybill(options: WaybillOptions = {}): Promise<Waybill> {
  const credentials = { ...credentialsOfTheRun, ...options.credentials };
  const { privateKey: _, ...account } = credentials;
  const sandbox = await startSandbox({
    ...account,
    requestsPerSecond: null,
    timeScale: TIME_SCALE,
    seed: 1,
    ...options.sandbox,
  });
  const directory = await mkdtemp(join(tmpdir(), 'waybill-'));
  const waybill = new Waybill(
    sandbox,
    directory,
    configFor(credentials, sandbox, directory, options),
    options.time,
    options.windowDirectory,
  );
  running.add(waybill);
  if (options.started !== false) await waybill.start();
  return waybill;
}

function configFor(
  { apiKey, apiSecret, applicationId, privateKey, signatureSecret }: SandboxCredentials,
  sandbox: Sandbox,
  directory: string,
  { config = {}, vonage = {} }: WaybillOptions,
): RunnableConfig {
  return {
    port: 0,
    host: '127.0.0.1',
    publicUrl: null,
    logLevel: 'trace',
    accessLog: 'requests',
    telemetry: null,
    eventStore: { kind: 'sqlite', directory },
    readModel: { kind: 'sqlite', directory },
    log: {
      signingKey: null,
      keyFile: join(directory, 'log-signing-key.pem'),
      checkpointFile: null,
      host: 'localhost',
    },
    masterKeys: { keys: null, file: join(directory, 'master-key') },
    apiKeys: [],
    email: null,
    push: { webPush: null, fcm: null },
    callsPerSecond: { email: 1_000, push: 1_000 },
    defaultCountry: null,
    confirmWithinSeconds: 1800,
    optOutScope: 'all',
    keywordAnswers: { stop: null, start: null, help: null },
    retainPersonalDays: null,
    webhookPrivateNetworks: 'allow',
    sending: 'flowing',
    sendingProbeSeconds: 120,
    webhookRejectStatus: 401,
    retryPolicy: { ...defaultRetryPolicy, attemptsMax: 4, firstDelayMs: 20, delayMsMax: 50 },
    vonage: {
      apiKey,
      apiSecret,
      applicationId,
      privateKey,
      number: '447700900001',
      signatureSecrets: [signatureSecret],
      apiHost: sandbox.url,
      restHost: sandbox.url,
      timeoutMs: CALL_TIMEOUT_MS,
      requestsPerSecond: 1_000,
      usNumberPerSecond: 1,
      ...vonage,
    },
    limits: { ...noDayLimits, messagesPerRecipientHour: null },
    drainSeconds: 0,
    warnings: [],
    ...config,
  };
}

export class Waybill {
  readonly log = new LogCapture();
  private service: Service | undefined;
  private port = 0;

  constructor(
    readonly sandbox: Sandbox,
    /** The directory of the ledger. */
    readonly directory: string,
    readonly config: RunnableConfig,
    private readonly time?: TimeSource,
    private readonly windowDirectory?: string,
  ) {}

  async start(): Promise<void> {
    this.service = await startService(
      { ...this.config, port: this.port },
      this.log.logger,
      this.time,
      this.windowDirectory,
    );
    // Callbacks under way still go to the port from before a restart, so the service keeps it.
    this.port = Number(new URL(this.url).port);
    this.sandbox.configure({
      statusUrl: `${this.url}/webhooks/status`,
      inboundUrl: `${this.url}/webhooks/inbound`,
    });
  }

  get url(): string {
    if (this.service === undefined) throw new Error('The service is not running.');
    return this.service.url;
  }

  get api(): Api {
    return new Api(this.url);
  }

  /** Stops the service; the sandbox and the ledger stay. */
  async stop(): Promise<void> {
    const service = this.service;
    this.service = undefined;
    await service?.stop();
  }

  /** Stops everything and deletes the ledger. */
  async end(): Promise<void> {
    running.delete(this);
    await this.stop();
    await this.sandbox.stop();
    await rm(this.directory, { recursive: true, force: true });
  }

  /** Sends a message and returns its id. Fails unless the request was recorded. */
  async send(to: string, more: Readonly<Record<string, unknown>> = {}): Promise<string> {
    const answer = await this.trySend({ to, ...more });
    if (answer.status !== 202) throw new Error(`${answer.status}: ${JSON.stringify(answer.body)}`);
    return (answer.body as { readonly id: string }).id;
  }

  trySend(
    message: Readonly<Record<string, unknown>>,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    return this.api.post('/v1/messages', { text: 'Your parcel is here.', ...message }, headers);
  }

  /** Waits until the list has taken in a received message, which is read by its id before. */
  async untilListed(messageUuid: string): Promise<void> {
    await eventually(async () => {
      const answer = await this.api.get('/v1/inbound?limit=500');
      const { items } = answer.as<{ readonly items: readonly { readonly messageUuid: string }[] }>(
        200,
      );
      return items.some((one) => one.messageUuid === messageUuid);
    });
  }

  async message(id: string): Promise<MessageShown> {
    return (await this.api.get(`/v1/messages/${id}`)).as<MessageShown>(200);
  }

  async events(id: string): Promise<readonly EventShown[]> {
    const answer = await this.api.get(`/v1/messages/${id}/events`);
    return answer.as<{ readonly items: readonly EventShown[] }>(200).items;
  }

  /** Returns the types of a message's events, in order. */
  async history(id: string): Promise<readonly string[]> {
    return (await this.events(id)).map(({ type }) => type);
  }

  /** Waits until the message has the status, and returns it. */
  async until(id: string, status: MessageStatus, withinMs?: number): Promise<MessageShown> {
    return eventually(
      async () => {
        const message = await this.message(id);
        if (message.status === status) return message;
        throw new Error(`${id} is ${message.status}, not ${status}: ${message.explanation}`);
      },
      withinMs === undefined ? {} : { withinMs },
    );
  }
}

const counted = { file: '', recipients: 0 };

/** Returns a different number for each call of a test file. @param story the three digits by which the sandbox chooses a story */
export function recipient(story?: string): string {
  const { testPath: file = '' } = expect.getState();
  if (counted.file !== file) Object.assign(counted, { file, recipients: 0 });
  counted.recipients += 1;
  if (counted.recipients > 99) throw new Error('There are no more numbers for this test file.');
  const own = String(counted.recipients).padStart(2, '0');
  return story === undefined ? `4477${own}900000` : `4477${own}980${story}`;
}
