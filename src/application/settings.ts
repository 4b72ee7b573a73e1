import type { DefaultCountry } from '../domain/contacts/phone-number.js';
import type { ServiceLimits } from '../domain/limits/day-limits.js';
import type { OptOutScope } from '../domain/contacts/contact.js';
import type { RetryPolicy } from '../domain/message/retry-policy.js';
import type { ApiKey } from './access/api-keys.js';
import type { KeywordAnswers } from './contacts/answer-keyword.js';
import type { HealthRegistry } from './health/health-registry.js';
import type { Outages } from './health/outages.js';
import type { Cache } from './ports/cache.js';
import type { Clocks } from './ports/clock.js';
import type { IdSet } from './ports/id-set.js';
import type { Identifiers } from './ports/identifiers.js';
import type { Logger } from './ports/logger.js';
import type { DeliveryMetrics, GuardMetrics, Metrics, RetentionMetrics } from './ports/metrics.js';
import type { DirectChannels } from './sending/compose-fallback.js';

/** Settings, and services that need no token. */
export interface ApplicationSettings extends Clocks {
  readonly identifiers: Identifiers;
  /** Uniform in [0, 1). Spreads retries; nothing secret is made of it. */
  readonly random: () => number;
  readonly logger: Logger;
  readonly metrics: Metrics & GuardMetrics & DeliveryMetrics & RetentionMetrics;
  readonly health: HealthRegistry;
  /** The times in which this process took no webhooks in. */
  readonly outages: Outages;
  /** A bounded cache for each caller. */
  readonly newCache: <Key extends string, Value extends object | string | bigint | boolean>(
    entriesMax: number,
    /** Bounds its memory too, where what it remembers can be large. */
    weight?: { readonly bytesMax: number; readonly bytesOf: (value: Value) => number },
  ) => Cache<Key, Value>;
  /** Sets that may be larger than memory. */
  readonly newIdSet: () => IdSet;
  readonly retryPolicy: RetryPolicy;
  /** The account at Vonage. */
  readonly accountId: string;
  readonly defaultSender: string | null;
  readonly defaultCountry: DefaultCountry;
  readonly confirmWithinSeconds: number;
  /** The channels beside Vonage that are set up. */
  readonly directChannels: DirectChannels;
  readonly optOutScope: OptOutScope;
  readonly keywordAnswers: KeywordAnswers;
  /** `RETAIN_PERSONAL_DAYS`; null: personal data is kept. */
  readonly retainPersonalDays: number | null;
  /** Time limit of one call to Vonage. */
  readonly callTimeoutMs: number;
  /** The SMS a second that Vonage takes from one long number of the US. */
  readonly usNumberPerSecond: number;
  /** `SENDING=held`. */
  readonly startsHeld: boolean;
  /** Interval of the calls by which an automatic hold finds out whether Vonage takes messages again. */
  readonly probeMs: number;
  /** `API_KEYS`. */
  readonly apiKeys: readonly ApiKey[];
  /** Of the whole service; API keys have their own. */
  readonly limits: ServiceLimits;
  /** Signs the sessions of people; the same on every instance. */
  readonly sessionSecret: Buffer;
}
