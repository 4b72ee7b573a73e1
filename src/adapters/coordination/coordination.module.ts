import { Inject, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { LEADERSHIP, PACE } from '../../application/port-tokens.js';
import type { MonotonicClock } from '../../application/ports/clock.js';
import type { Leadership } from '../../application/ports/leadership.js';
import type { Logger } from '../../application/ports/logger.js';
import type { Pace } from '../../application/ports/pace.js';
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
  constructor(@Inject(PACE) private readonly pace: Pace) {}

  static for(
    config: CoordinationConfig,
    { callsPerSecond, clock, logger }: CoordinationSettings,
  ): DynamicModule {
    const leadership: Leadership =
      config.kind === 'postgres' ? new PostgresLeadership(config.url, logger) : soleLeadership;
    const pace: Pace =
      config.kind === 'postgres'
        ? new PostgresPace(config.url, callsPerSecond, clock)
        : new LocalPace(clock, callsPerSecond);
    return {
      module: CoordinationModule,
      providers: [
        { provide: LEADERSHIP, useValue: leadership },
        { provide: PACE, useValue: pace },
      ],
      exports: [LEADERSHIP, PACE],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    if (this.pace instanceof PostgresPace) await this.pace.close();
  }
}

export interface CoordinationSettings {
  /** Limit of calls to Vonage, 1 to 10,000. */
  readonly callsPerSecond: number;
  readonly clock: MonotonicClock;
  readonly logger: Logger;
}
