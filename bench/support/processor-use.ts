import { cpus } from 'node:os';
import { descendantsCpuSeconds, processCpuSeconds } from './thread-cpu.js';

/** Threads that took less than this share of a core are not named. */
const SHARE_MIN = 0.02;

type Seconds<Name> = ReadonlyMap<Name, number>;

/**
 * Tells who used the processor while something was measured: the service by its threads, the browser, this process,
 * and whatever else runs on the machine. A figure that was measured beside other jobs says so itself.
 */
export class ProcessorUse {
  private startedMs = performance.now();
  private machine = machineSeconds();
  private service: Seconds<string> = new Map();
  private own: Seconds<number> = new Map();

  constructor(private readonly servicePid: number) {}

  begin(): void {
    this.startedMs = performance.now();
    this.machine = machineSeconds();
    this.service = threadsOf(this.servicePid);
    this.own = descendantsCpuSeconds(process.pid);
  }

  /** What was used since it began. @param loadSeconds of the load, whose process has ended by now */
  words(loadSeconds: number): string {
    const forSeconds = (performance.now() - this.startedMs) / 1000;
    const threads = since(this.service, threadsOf(this.servicePid));
    const others = since(this.own, descendantsCpuSeconds(process.pid));
    const service = total(threads);
    const bench = others.get(process.pid) ?? 0;
    const browser = total(others) - service - bench;
    const rest = machineSeconds() - this.machine - total(others) - loadSeconds;
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

const threadsOf = (pid: number): Seconds<string> => processCpuSeconds(pid)?.threads ?? new Map();

const machineSeconds = (): number =>
  cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0) /
  1000;
