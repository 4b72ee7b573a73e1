import type { CallTimes, Life, Scheduler } from '../scheduler.js';

/** How calls to something outside go. */
export interface Passage {
  times(): CallTimes;
  /** Called where a call takes effect, before it does. @throws to have it fail without an effect */
  before?(): void;
  /** @throws to have its answer lost */
  afterwards?(): void;
}

/** The same port, whose every call is a step of the scheduler. */
export function through<Port extends object>(
  scheduler: Scheduler,
  life: Life,
  port: Port,
  passage: Passage,
): Port {
  return new Proxy(port, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return (...inputs: readonly unknown[]): Promise<unknown> =>
        scheduler.call(life, passage.times(), async () => {
          passage.before?.();
          const result: unknown = await Reflect.apply(member, target, inputs);
          passage.afterwards?.();
          return result;
        });
    },
  });
}
