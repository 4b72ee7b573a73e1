import { cpus } from 'node:os';
import { descendantsCpuSeconds, processCpuSeconds } from './thread-cpu.js';

/** Threads that took less than this share of a core are not named. */
const SHARE_MIN = 0.02;

type Seconds<Name> = ReadonlyMap<Name, number>;

/** Processor seconds until a moment: of the machine, of the service by thread, and of this process and its children by id. */
const usageNow = (servicePid: number) => ({
  atMs: performance.now(),
  machine: machineSeconds(),
  service: processCpuSeconds(servicePid)?.threads ?? new Map<string, number>(),
  own: descendantsCpuSeconds(process.pid),
});

/**
 * Tells who used the processor while something was measured: the service by its threads, the browser, this process,
 * and whatever else runs on the machine. A figure that was measured beside other jobs says so itself.
 */
export class ProcessorUse {
  private before: ReturnType<typeof usageNow>;

  constructor(private readonly servicePid: number) {
    this.before = usageNow(servicePid);
  }

  begin(): void {
    this.before = usageNow(this.servicePid);
  }

  /**
   * Describes the processor time that was used since `begin`.
   * @param loadSeconds the load's processor time, in seconds: its process has ended, so the system no longer tells it
   */
  words(loadSeconds: number): string {
    const { before } = this;
    const now = usageNow(this.servicePid);
    const forSeconds = (now.atMs - before.atMs) / 1000;
    const threads = since(before.service, now.service);
    const others = since(before.own, now.own);
    const service = total(threads);
    const bench = others.get(process.pid) ?? 0;
    const browser = total(others) - service - bench;
    const rest = now.machine - before.machine - total(others) - loadSeconds;
    const share = (used: number): string => `${Math.round((100 * used) / forSeconds)}%`;
    const named = [...threads]
      .filter(([, used]) => used > SHARE_MIN * forSeconds)
      .toSorted(([, left], [, right]) => right - left)
      .map(([thread, used]) => `${thread} ${share(used)}`);
    return (
      `of ${cpus().length * 100}% the service took ${share(service)} (${named.join(', ')}), ` +
      `the browser ${share(browser)}, the load ${share(loadSeconds)}, this process ${share(bench)}, ` +
      `other jobs of the machine ${share(Math.max(0, rest))}`
    );
  }
}

const total = (of: Seconds<unknown>): number => [...of.values()].reduce((sum, one) => sum + one, 0);

const since = <Name>(before: Seconds<Name>, after: Seconds<Name>): Seconds<Name> =>
  new Map([...after].map(([name, used]) => [name, used - (before.get(name) ?? 0)]));

const machineSeconds = (): number =>
  cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0) /
  1000;
