import { createSandboxCredentials, startSandbox, type Sandbox } from 'vonage-sandbox';
import type { VonageConfig } from '../config.js';

/** The port where a person expects it; any other when this one is taken. */
const PORT = 4010;

const TIMEOUT_MS = 10_000;
const REQUESTS_PER_SECOND = 30;

/** A sandbox of Vonage that runs beside the service. */
export interface StandIn {
  readonly url: string;
  /** The account that the sandbox knows. */
  readonly vonage: VonageConfig;
  /** Sets the address for the webhooks. */
  reportTo(serviceUrl: string): void;
  stop(): Promise<void>;
}

/** Starts a sandbox with an account that nobody else has, so that nothing needs to be configured. */
export async function startStandIn(): Promise<StandIn> {
  const { privateKey, ...account } = await createSandboxCredentials();
  const sandbox = await onPreferredPort((port) => startSandbox({ ...account, port }));
  return {
    url: sandbox.url,
    vonage: {
      apiKey: account.apiKey,
      apiSecret: account.apiSecret,
      applicationId: account.applicationId,
      privateKey,
      number: '447700900000',
      signatureSecrets: [account.signatureSecret],
      apiHost: sandbox.url,
      restHost: sandbox.url,
      timeoutMs: TIMEOUT_MS,
      requestsPerSecond: REQUESTS_PER_SECOND,
      usNumberPerSecond: 1,
    },
    reportTo: (serviceUrl) =>
      sandbox.configure({
        statusUrl: `${serviceUrl}/webhooks/status`,
        inboundUrl: `${serviceUrl}/webhooks/inbound`,
      }),
    stop: () => sandbox.stop(),
  };
}

async function onPreferredPort(startOn: (port: number) => Promise<Sandbox>): Promise<Sandbox> {
  try {
    return await startOn(PORT);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    return startOn(0);
  }
}
