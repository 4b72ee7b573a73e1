import type { Health, HealthReporter } from '../application/ports/health.js';
import type { HealthMessage } from './tell-health.js';

/** Passes on what `tellHealth` says on the other side of a thread. */
export class HeardHealth {
  /** Reporters by component and parts. */
  private readonly reporters = new Map<string, HealthReporter>();

  constructor(private readonly health: Health) {}

  hear({ component, parts, state, reason, silenceMsMax }: HealthMessage): void {
    const key = `${component} ${parts.join(' ')}`;
    const reporter =
      this.reporters.get(key) ??
      this.health.reporter(component, parts, silenceMsMax === undefined ? {} : { silenceMsMax });
    this.reporters.set(key, reporter);
    if (state === 'working') reporter.working();
    else reporter.report(state, reason);
  }
}
