import { Inject, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { LEADERSHIP, PACES } from '../../application/port-tokens.js';
import type { MonotonicClock } from '../../application/ports/clock.js';
import type { Health } from '../../application/ports/health.js';
import type { Leadership } from '../../application/ports/leadership.js';
import type { Logger } from '../../application/ports/logger.js';
import type { Pace, Paces } from '../../application/ports/pace.js';
import { providers, type Provider } from '../../domain/sending/provider.js';
import { LocalPace } from './one-instance/local-pace.js';
import { soleLeadership } from './one-instance/sole-leadership.js';
import { PostgresLeadership } from './postgres/postgres-leadership.js';
import { PostgresPace } from './postgres/postgres-pace.js';

export type CoordinationConfig =
  /** This instance shares its read models with no other. */
  | { readonly kind: 'one-instance' }
  /** This instance coordinates with all others on this database. */
  | { readonly kind: 'postgres'; readonly url: string };

/** Coordinates instances: one of them leads the background work, and all share the pace. */
@Module({})
export class CoordinationModule implements OnApplicationShutdown {
  constructor(@Inject(PACES) private readonly paces: Paces) {}

  static for(
    config: CoordinationConfig,
    { callsPerSecond, clock, logger, health }: CoordinationSettings,
  ): DynamicModule {
    const leadership: Leadership =
      config.kind === 'postgres'
        ? new PostgresLeadership(config.url, logger, health)
        : soleLeadership;
    const paceFor = (provider: Provider): Pace =>
      config.kind === 'postgres'
        ? new PostgresPace(config.url, callsPerSecond[provider], clock, provider)
        : new LocalPace(clock, callsPerSecond[provider]);
    const paces = pacesFrom(paceFor);
    return {
      module: CoordinationModule,
      providers: [
        { provide: LEADERSHIP, useValue: leadership },
        { provide: PACES, useValue: paces },
      ],
      exports: [LEADERSHIP, PACES],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    for (const provider of providers) {
      const pace = this.paces.of(provider);
      if (pace instanceof PostgresPace) await pace.close();
    }
  }
}

function pacesFrom(paceFor: (provider: Provider) => Pace): Paces {
  const each: Readonly<Record<Provider, Pace>> = {
    vonage: paceFor('vonage'),
    email: paceFor('email'),
    'web-push': paceFor('web-push'),
    fcm: paceFor('fcm'),
  };
  return { of: (provider) => each[provider] };
}

export interface CoordinationSettings {
  /** Limit of calls to each provider, 1 to 10,000. */
  readonly callsPerSecond: Readonly<Record<Provider, number>>;
  readonly clock: MonotonicClock;
  readonly logger: Logger;
  readonly health: Health;
}
