import type { SandboxCredentials } from './credentials.js';
import type { StoryName } from './stories/stories.js';

export interface SandboxOptions extends Omit<SandboxCredentials, 'privateKey'> {
  /** 0, the default, takes any free port. */
  readonly port?: number;
  readonly host?: string;
  /** The address for status callbacks when the message names no `webhook_url`; null sends none. */
  readonly statusUrl?: string | null;
  readonly inboundUrl?: string | null;
  /** Vonage allows 30 by default; null lifts the limit. */
  readonly requestsPerSecond?: number | null;
  /** Multiplies the delays of stories and callbacks: 0.001 turns seconds into milliseconds. */
  readonly timeScale?: number;
  /** Multiplies the delays between tries of a callback; `timeScale` when it is not given. */
  readonly retryTimeScale?: number;
  /** Both time-outs are real time and never scaled: the service under test is not scaled either. */
  readonly connectTimeoutMs?: number;
  readonly responseTimeoutMs?: number;
  /** The story for recipients whose digits choose none. */
  readonly defaultStory?: StoryName;
  /** Vonage does not say whether the messages of a failover share one id; the sandbox can do both. */
  readonly failoverMessageUuid?: 'own' | 'shared';
  /** Vonage does not say whether a retried callback is signed anew; true repeats the old token. */
  readonly repeatToken?: boolean;
  /** False answers every send 402, as for an account without credit. */
  readonly hasCredit?: boolean;
  /** False answers every request 401, as for credentials that were revoked. */
  readonly acceptsCredentials?: boolean;
  /** True answers every send of the application 403, as for one that Vonage has blocked. */
  readonly isApplicationBlocked?: boolean;
  /** Senders that may not be used: 403, as for an account without the permission. */
  readonly blockedSenders?: readonly string[];
  /** Channels that may not be used: 403. */
  readonly blockedChannels?: readonly string[];
  /** Seeds everything random except identifiers. */
  readonly seed?: number;
  /** The number of messages, requests and callbacks kept for `GET /sandbox/…`; the oldest are dropped first. */
  readonly historyMax?: number;
}

/** Options with every default filled in. Some of them may be changed while the sandbox runs. */
export type Settings = Omit<Required<SandboxOptions>, keyof AdjustableSettings> &
  AdjustableSettings;

export interface AdjustableSettings {
  statusUrl: string | null;
  inboundUrl: string | null;
  requestsPerSecond: number | null;
  signatureSecret: string;
  defaultStory: StoryName;
  failoverMessageUuid: 'own' | 'shared';
  repeatToken: boolean;
  hasCredit: boolean;
  acceptsCredentials: boolean;
  isApplicationBlocked: boolean;
  blockedSenders: readonly string[];
  blockedChannels: readonly string[];
}

/** Vonage's time-outs, support article 226572227. */
const CONNECT_TIMEOUT_MS = 3_000;
const RESPONSE_TIMEOUT_MS = 15_000;

/** Vonage's default limit, support article 203993598. */
const REQUESTS_PER_SECOND = 30;

const HISTORY_MAX = 10_000;

export const SEED_MAX = 2 ** 32 - 1;

/** @throws when a URL is invalid */
export function withDefaults(options: SandboxOptions): Settings {
  checkAddresses(options);
  const timeScale = options.timeScale ?? 1;
  return {
    port: 0,
    host: '127.0.0.1',
    statusUrl: null,
    inboundUrl: null,
    requestsPerSecond: REQUESTS_PER_SECOND,
    timeScale,
    retryTimeScale: timeScale,
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
    responseTimeoutMs: RESPONSE_TIMEOUT_MS,
    defaultStory: 'delivered',
    failoverMessageUuid: 'own',
    repeatToken: false,
    hasCredit: true,
    acceptsCredentials: true,
    isApplicationBlocked: false,
    blockedSenders: [],
    blockedChannels: [],
    seed: Math.floor(Math.random() * SEED_MAX),
    historyMax: HISTORY_MAX,
    ...options,
  };
}

/** @throws when a callback could not be sent to one of the addresses */
export function checkAddresses({
  statusUrl = null,
  inboundUrl = null,
}: Pick<SandboxOptions, 'statusUrl' | 'inboundUrl'>): void {
  for (const url of [statusUrl, inboundUrl]) {
    if (url !== null && !/^https?:$/.test(new URL(url).protocol)) {
      throw new Error('A callback can only go to an http or https URL.');
    }
  }
}
