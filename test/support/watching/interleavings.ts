import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate as turn } from 'node:timers/promises';

/** One sequential process, which runs to its end. */
export interface Actor {
  readonly name: string;
  /** Actors of one instance die together; actors without an instance survive. */
  readonly instance: string | null;
  run(): Promise<void>;
}

/** A scenario that is set up anew for every order of its actors' calls. */
export interface Play {
  readonly actors: readonly Actor[];
  /**
   * Returns all state that the actors share, as text: moments with equal text have equal continuations.
   * @param instances those that still have work
   */
  fingerprint(instances: readonly string[]): string;
  /** Returns the actors that another instance starts for the unfinished work. */
  afterKill(instance: string, unfinished: readonly string[]): readonly Actor[];
  /** Runs when every actor has ended. @throws when something is wrong */
  verify(): Promise<void>;
}

interface PendingCall {
  readonly actor: string;
  readonly call: string;
  isEnabled(): boolean;
  perform(): Promise<void>;
}

/** A possible next step: an actor's call takes effect, or an instance is killed. */
type Choice = string;

const KILL = 'kill ';

/**
 * Runs a play in every order in which the calls of its actors can take effect. An actor waits at each call
 * of `atomically` until it is chosen. An order ends where a moment was seen before: the same shared state, and the
 * same unfinished actors with the same answers so far.
 */
export class Interleavings {
  private readonly acting = new AsyncLocalStorage<string>();
  private run: Run | undefined;

  /** Used by the ports of the play: `perform` takes effect in one step, when its turn comes. */
  atomically<Result>(
    call: string,
    perform: () => Result | Promise<Result>,
    { tell, isEnabled = () => true }: CallRules<Result>,
  ): Promise<Result> {
    const actor = this.acting.getStore();
    const { run } = this;
    // Calls by the play itself, outside any actor, take effect without waiting.
    if (actor === undefined || run === undefined) return Promise.resolve().then(perform);
    return new Promise<Result>((resolve, reject) => {
      run.hold({
        actor,
        call,
        isEnabled,
        perform: async () => {
          try {
            const result = await perform();
            run.tell(actor, `${call}: ${tell(result)}`);
            resolve(result);
          } catch (error) {
            run.tell(actor, `${call}: ${String(error)}`);
            reject(error instanceof Error ? error : new Error(String(error)));
          }
        },
      });
    });
  }

  /**
   * @param begin sets the play up; its ports call `atomically`
   * @returns how many different moments there were
   * @throws what the play's `verify` throws, with the order that led to it
   */
  async explore(begin: () => Promise<Play>, { kills = 0 } = {}): Promise<number> {
    const seen = new Set<string>();
    const orders: Choice[][] = [[]];
    for (let order = orders.pop(); order !== undefined; order = orders.pop()) {
      const run = new Run(await begin(), kills, (actor) =>
        this.acting.run(actor.name, () => actor.run()),
      );
      this.run = run;
      try {
        await run.begin();
        for (const choice of order) await run.take(choice);
        // This order continues with the first choice; the others are queued.
        for (;;) {
          const moment = run.moment();
          if (seen.has(moment)) break;
          seen.add(moment);
          const [next, ...others] = await run.choices();
          for (const other of others) orders.push([...order, other]);
          if (next === undefined) break;
          order.push(next);
          await run.take(next);
        }
      } catch (error) {
        throw new Error(`In this order it goes wrong:\n  ${order.join('\n  ')}`, { cause: error });
      }
    }
    return seen.size;
  }
}

interface CallRules<Result> {
  /** The answer as text, as far as it can influence the actor. */
  readonly tell: (result: Result) => string;
  readonly isEnabled?: () => boolean;
}

/** The execution of one order. */
class Run {
  private readonly living = new Map<string, Actor>();
  /** The answers by actor, in the order of their latest answers. */
  private readonly told = new Map<string, string>();
  private pending: PendingCall[] = [];
  private failure: unknown;

  constructor(
    private readonly play: Play,
    private killsLeft: number,
    private readonly start: (actor: Actor) => Promise<void>,
  ) {}

  async begin(): Promise<void> {
    this.enter(this.play.actors);
    await turn();
  }

  hold(call: PendingCall): void {
    if (this.living.has(call.actor)) this.pending.push(call);
  }

  tell(actor: string, answer: string): void {
    const before = this.told.get(actor) ?? '';
    this.told.delete(actor);
    this.told.set(actor, `${before}\n${answer}`);
  }

  async take(choice: Choice): Promise<void> {
    if (choice.startsWith(KILL)) this.kill(choice.slice(KILL.length));
    else {
      const chosen = this.pending.find((call) => nameOf(call) === choice);
      if (chosen === undefined) throw new Error(`${choice} is not waiting: the play differs`);
      this.pending = this.pending.filter((call) => call !== chosen);
      await chosen.perform();
    }
    // Everything that follows without another call happens before the next immediate.
    await turn();
    if (this.failure !== undefined) throw this.failure;
  }

  moment(): string {
    const alive = [...this.living.keys()];
    const waiting = new Set(this.pending.map(({ actor }) => actor));
    return JSON.stringify([
      this.play.fingerprint(this.instances()),
      alive.toSorted().map((name) => [name, this.told.get(name)]),
      // Actors without a pending call wait for each other in the order of their answers.
      [...this.told.keys()].filter((name) => this.living.has(name) && !waiting.has(name)),
      this.pending.map(nameOf).toSorted(),
      this.killsLeft,
    ]);
  }

  /** Returns the possible choices; at the end there are none, and the play is verified. */
  async choices(): Promise<readonly Choice[]> {
    const enabled = this.pending.filter((call) => call.isEnabled()).map(nameOf);
    if (enabled.length === 0) {
      const waiting = [...this.living.keys()];
      if (waiting.length > 0) throw new Error(`${waiting.join(', ')} would wait for ever`);
      await this.play.verify();
    }
    const killable = this.killsLeft > 0 ? this.instances() : [];
    return [...enabled, ...killable.map((instance) => KILL + instance)];
  }

  private enter(actors: readonly Actor[]): void {
    for (const actor of actors) {
      this.living.set(actor.name, actor);
      this.start(actor).then(
        () => this.living.delete(actor.name),
        (error: unknown) => {
          if (this.living.delete(actor.name)) this.failure ??= error;
        },
      );
    }
  }

  private kill(instance: string): void {
    this.killsLeft -= 1;
    const dead = [...this.living.values()].filter((actor) => actor.instance === instance);
    const names = dead.map(({ name }) => name);
    for (const name of names) this.living.delete(name);
    this.pending = this.pending.filter(({ actor }) => !names.includes(actor));
    this.enter(this.play.afterKill(instance, names));
  }

  private instances(): readonly string[] {
    const all = [...this.living.values()].flatMap(({ instance }) => instance ?? []);
    return [...new Set(all)];
  }
}

const nameOf = ({ actor, call }: PendingCall): Choice => `${actor}: ${call}`;
