import type { ServerResponse } from 'node:http';
import { CallbackDelivery } from './callbacks/callback-delivery.js';
import { Journal } from './control/journal.js';
import type { Settings } from './options.js';
import { seededRandom } from './random.js';
import { StoryChoice } from './stories/story-choice.js';
import { StoryRunner } from './stories/story-runner.js';
import { Timers } from './timers.js';

/**
 * The state and the work under way of one sandbox. A reset ends one session and begins another,
 * so nothing of the old session can reach into the new one.
 */
export class Session {
  readonly timers = new Timers();
  readonly journal: Journal;
  readonly choice: StoryChoice;
  readonly delivery: CallbackDelivery;
  readonly runner: StoryRunner;
  private readonly held = new Set<ServerResponse>();
  private readonly settledWaiters = new Set<() => void>();

  constructor(settings: Settings) {
    const random = seededRandom(settings.seed);
    const settled = () => {
      this.tellSettled();
    };
    this.journal = new Journal(settings.historyMax);
    this.choice = new StoryChoice(random);
    this.delivery = new CallbackDelivery(settings, this.journal, this.timers, settled);
    this.runner = new StoryRunner(
      settings,
      this.choice,
      this.journal,
      this.delivery,
      this.timers,
      random,
      settled,
    );
  }

  get isFull(): boolean {
    return this.delivery.isFull || this.runner.isFull;
  }

  get isSettled(): boolean {
    return this.delivery.unsettled === 0 && this.runner.unfinished === 0;
  }

  /** Resolves when every story has ended and every callback has arrived or been given up. */
  settled(): Promise<void> {
    if (this.isSettled) return Promise.resolve();
    return new Promise((resolve) => {
      this.settledWaiters.add(resolve);
    });
  }

  /** Keeps a late or missing answer open; the end of the session cuts it off. */
  hold(response: ServerResponse): void {
    this.held.add(response);
    response.once('close', () => this.held.delete(response));
  }

  stop(): void {
    this.timers.stop();
    this.delivery.stop();
    for (const response of this.held) response.destroy();
    for (const resolve of this.settledWaiters) resolve();
  }

  private tellSettled(): void {
    if (!this.isSettled) return;
    for (const resolve of this.settledWaiters) resolve();
    this.settledWaiters.clear();
  }
}
