import type { EventStore } from '../ports/event-store.js';
import type { ProjectionLag } from '../processes/projector.js';

/** A ledger that takes longer cannot answer a webhook in time either. */
const WRITE_MS_MAX = 2_000;

export interface Readiness {
  readonly status: 'ready' | 'not-ready';
  /** `writable`, or why it is not. */
  readonly ledger: string;
  /** How far the read models are behind the ledger. They only delay answers to questions about many messages. */
  readonly readModels: { readonly behindEvents: number; readonly behindSeconds: number };
}

/** Ready means: what is acknowledged now will be in the ledger. */
export class CheckReadiness {
  private stopping = false;

  constructor(
    private readonly store: EventStore,
    private readonly lag: () => ProjectionLag,
  ) {}

  /** Not ready from now on: the instance is about to go. */
  stop(): void {
    this.stopping = true;
  }

  async execute(): Promise<Readiness> {
    const ledger = this.stopping ? 'shutting down' : await this.checkLedger();
    const { events, seconds } = this.lag();
    return {
      status: ledger === 'writable' ? 'ready' : 'not-ready',
      ledger,
      readModels: { behindEvents: events, behindSeconds: seconds },
    };
  }

  private async checkLedger(): Promise<string> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<string>((resolve) => {
      timer = setTimeout(() => resolve(`no answer within ${WRITE_MS_MAX} ms`), WRITE_MS_MAX);
    });
    const written = this.store.checkWritable().then(
      () => 'writable',
      (error: unknown) => (error instanceof Error ? error.message : 'unavailable'),
    );
    try {
      return await Promise.race([written, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}
