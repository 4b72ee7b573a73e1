import { ApplicationError } from '../../src/application/errors.js';
import { SendMessage } from '../../src/application/sending/send-message.js';
import type { Instance } from './instance.js';
import { Life } from './scheduler.js';
import type { World } from './world.js';

/** A client gives up waiting for an answer after this long. */
const PATIENCE_MS = 15_000;

/** An acknowledged send. */
export interface Sent {
  readonly id: string;
  readonly key: string;
}

type Answer<Value> =
  | { readonly kind: 'ok'; readonly value: Value }
  | { readonly kind: 'refused'; readonly error: ApplicationError }
  | { readonly kind: 'failed' };

/** The programs and people that use the service over HTTP: they repeat what was not answered. */
export class Clients {
  readonly sent: Sent[] = [];
  private readonly life = new Life('client');
  private underWay = 0;
  private hasEnded = false;

  constructor(private readonly world: World) {}

  get isQuiet(): boolean {
    return this.underWay === 0;
  }

  begin(): void {
    const { scheduler, plan } = this.world;
    for (let number = 1; number <= plan.messages; number++) {
      this.at(scheduler.between(0, plan.activeMs * 0.8), () => this.send(number));
    }
  }

  end(): void {
    this.hasEnded = true;
  }

  private at(milliseconds: number, act: () => Promise<void>): void {
    this.world.scheduler.after(milliseconds, () => {
      if (this.hasEnded) return;
      this.underWay++;
      act().then(
        () => this.underWay--,
        (error: unknown) => this.world.scheduler.fail(error),
      );
    });
  }

  private async send(number: number): Promise<void> {
    const { story, names } = this.world;
    const key = `send ${number}`;
    const draft = {
      to: `4477009001${String(number % 10).padStart(2, '0')}`,
      text: `Message ${number}`,
    };
    const answer = await this.persist((instance) => {
      const sending = instance.get(SendMessage);
      const composition = sending.compose(draft);
      if (!composition.ok) throw new Error('The draft has faults.');
      return sending.execute(composition, { actor: 'shop' }, key);
    });
    if (answer.kind === 'ok') {
      const { messageId: id } = answer.value;
      story.tell('client', names.in(`${key} is acknowledged as ${id}`));
      this.sent.push({ id, key });
    } else
      story.tell('client', `${key}: ${answer.kind === 'refused' ? answer.error.code : 'failed'}`);
  }

  /** Asks until there is an answer. */
  private async persist<Value>(
    ask: (instance: Instance) => Promise<Value>,
  ): Promise<Answer<Value>> {
    for (;;) {
      const answer = await this.ask(ask);
      if (answer.kind !== 'failed') return answer;
      await this.world.scheduler.wait(this.life, this.world.scheduler.between(100, 3_000));
    }
  }

  /** Asks once. */
  private async ask<Value>(ask: (instance: Instance) => Promise<Value>): Promise<Answer<Value>> {
    const { scheduler } = this.world;
    await scheduler.wait(this.life, scheduler.between(1, 20));
    const instance = this.world.living();
    if (instance === undefined) return { kind: 'failed' };
    const impatience = new AbortController();
    const late = scheduler.wait(this.life, PATIENCE_MS, impatience.signal).then(
      (): Answer<Value> => ({ kind: 'failed' }),
      (): Answer<Value> => ({ kind: 'failed' }),
    );
    const answer = ask(instance).then(
      (value): Answer<Value> => ({ kind: 'ok', value }),
      (error: unknown): Answer<Value> => {
        if (error instanceof ApplicationError && !TRANSIENT.has(error.code)) {
          return { kind: 'refused', error };
        }
        return { kind: 'failed' };
      },
    );
    const first = await Promise.race([answer, late]);
    impatience.abort();
    return first;
  }
}

const TRANSIENT: ReadonlySet<string> = new Set([
  'store-unavailable',
  'append-outcome-unknown',
  'concurrency-conflict',
  'projector-unavailable',
  'too-many-waiting',
]);
