import { directCallMsMax } from '../../domain/message/direct-channels.js';
import type { Provider } from '../../domain/sending/provider.js';
import type { Dispatcher } from '../background/dispatcher.js';
import type { DirectChannels } from '../sending/compose-fallback.js';

/** The providers to which this service is set up to hand messages. */
export const providersSetUp = ({ email, push }: DirectChannels): readonly Provider[] => [
  'vonage',
  ...(email === null ? [] : (['email'] as const)),
  ...push,
];

/** The time limit of one call to a provider, milliseconds. */
export function callMsMax(
  provider: Provider,
  { callTimeoutMs }: { readonly callTimeoutMs: number },
): number {
  if (provider === 'vonage') return callTimeoutMs;
  return directCallMsMax[provider === 'email' ? 'email' : 'push'];
}

/** A dispatcher for each provider, so that none waits for the pace, the holds or the slow answers of another. */
export class Dispatchers {
  /**
   * @param active of providers that are set up
   * @param quiet of the others, whose messages are few: they look by themselves, and are not woken by each event
   */
  constructor(
    private readonly active: readonly Dispatcher[],
    private readonly quiet: readonly Dispatcher[],
  ) {}

  private get all(): readonly Dispatcher[] {
    return [...this.active, ...this.quiet];
  }

  /** The number of entries skipped for a while because they cannot be done now. */
  get steppedOver(): number {
    return this.all.reduce((sum, { steppedOver }) => sum + steppedOver, 0);
  }

  /** Wakes the loops, because something may have become due. */
  wake(): void {
    for (const dispatcher of this.active) dispatcher.wake();
  }

  /** Runs until `signal` aborts. Calls under way then go on. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all(this.all.map((dispatcher) => dispatcher.run(signal)));
  }

  /** Resolves when the outcomes of the calls under way are recorded. */
  async callsEnded(): Promise<void> {
    await Promise.all(this.all.map((dispatcher) => dispatcher.callsEnded()));
  }
}
