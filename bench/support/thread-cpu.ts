import { readdirSync, readFileSync } from 'node:fs';

/** Linux reports CPU time in hundredths of a second, whatever the frequency of its timer. */
const TICKS_PER_SECOND = 100;

/** Fields of a thread's `stat`, counted after the name: its parent, user time, and system time. */
const PARENT = 1;
const USER_TICKS = 11;
const SYSTEM_TICKS = 12;

/**
 * Returns the CPU time of a process, in seconds, and that of its threads by their names; the main thread is `main`.
 * @returns undefined but on Linux
 */
export function processCpuSeconds(
  pid: number,
): { readonly all: number; readonly threads: ReadonlyMap<string, number> } | undefined {
  if (process.platform !== 'linux') return undefined;
  const threads = new Map<string, number>();
  for (const task of readdirSync(`/proc/${pid}/task`)) {
    const { name, seconds } = usageIn(`/proc/${pid}/task/${task}/stat`);
    const known = task === String(pid) ? 'main' : name;
    threads.set(known, (threads.get(known) ?? 0) + seconds);
  }
  return { all: usageIn(`/proc/${pid}/stat`).seconds, threads };
}

/**
 * Returns what each thread used between two measurements, in microseconds for each of `count` pieces of work, the busiest first. Threads that
 * used less than one are left out.
 */
export function microsEach(
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
  count: number,
): readonly (readonly [string, number])[] {
  return [...after]
    .map(([name, used]) => {
      const seconds = used - (before.get(name) ?? 0);
      return [name, Math.round((1e6 * seconds) / count)] as const;
    })
    .filter(([, micros]) => micros > 0)
    .toSorted(([, left], [, right]) => right - left);
}

/** CPU seconds of a process and of all that it started, by their ids; nothing but on Linux. */
export function descendantsCpuSeconds(root: number): ReadonlyMap<number, number> {
  const found = new Map<number, number>();
  if (process.platform !== 'linux') return found;
  const all = readdirSync('/proc').flatMap((name) => {
    const fields = /^\d+$/.test(name) ? fieldsUnless(name) : undefined;
    return fields === undefined ? [] : [{ pid: Number(name), fields }];
  });
  for (const due = [root]; due.length > 0;) {
    const parent = due.pop();
    for (const { pid, fields } of all) {
      if (pid === parent) found.set(pid, secondsIn(fields));
      if (Number(fields[PARENT]) === parent) due.push(pid);
    }
  }
  return found;
}

/** @returns undefined when the process has ended */
function fieldsUnless(pid: string): readonly string[] | undefined {
  try {
    return fieldsIn(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return undefined;
  }
}

/** The fields of `stat` after the name, which may contain spaces itself. */
const fieldsIn = (stat: string): readonly string[] =>
  stat.slice(stat.lastIndexOf(')') + 2).split(' ');

function usageIn(file: string): { readonly name: string; readonly seconds: number } {
  const stat = readFileSync(file, 'utf8');
  return {
    name: stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')')),
    seconds: secondsIn(fieldsIn(stat)),
  };
}

const secondsIn = (fields: readonly string[]): number =>
  (Number(fields[USER_TICKS]) + Number(fields[SYSTEM_TICKS])) / TICKS_PER_SECOND;
