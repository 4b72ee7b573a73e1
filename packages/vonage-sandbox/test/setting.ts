import { randomUUID } from 'node:crypto';
import { Vonage } from '@vonage/server-sdk';
import { createSandboxCredentials } from '../src/credentials.js';
import type { SandboxOptions } from '../src/options.js';
import { startSandbox, type Sandbox } from '../src/sandbox.js';
import { startReceiver, type Receiver } from './receiver.js';

/** Turns a second of a story, or between retries, into a millisecond of the test. */
export const TIME_SCALE = 0.001;

export const credentials = await createSandboxCredentials();

export interface Setting {
  readonly sandbox: Sandbox;
  readonly receiver: Receiver;
  readonly vonage: Vonage;
  stop(): Promise<void>;
}

const running = new Set<Setting>();

/** For `afterEach`: a failed test must not leave a server behind, or the run would never end. */
export async function stopSettings(): Promise<void> {
  await Promise.all([...running].map((setting) => setting.stop()));
}

/** The sandbox, a customer's server that takes its callbacks, and the customer's SDK. */
export async function startSetting(options: Partial<SandboxOptions> = {}): Promise<Setting> {
  const receiver = await startReceiver();
  const sandbox = await startSandbox({
    ...credentials,
    statusUrl: `${receiver.url}/webhooks/status`,
    inboundUrl: `${receiver.url}/webhooks/inbound`,
    requestsPerSecond: null,
    timeScale: TIME_SCALE,
    seed: 1,
    ...options,
  });
  const { applicationId, privateKey } = credentials;
  const vonage = new Vonage(
    { applicationId, privateKey },
    { apiHost: sandbox.url, timeout: 5_000 },
  );
  const setting: Setting = {
    sandbox,
    receiver,
    vonage,
    stop: async () => {
      running.delete(setting);
      await sandbox.stop();
      await receiver.stop();
    },
  };
  running.add(setting);
  return setting;
}

/** An ordinary number: its digits choose no story. */
export const ORDINARY_NUMBER = '447700900001';

export const textTo = (to: string, more: object = {}) => ({
  channel: 'sms' as const,
  messageType: 'text' as const,
  to,
  from: 'Waybill',
  text: 'Your parcel is here.',
  clientRef: `${randomUUID()}.1`,
  ...more,
});
