import { readdirSync, readFileSync } from 'node:fs';

/** Linux reports CPU time in hundredths of a second, whatever the frequency of its timer. */
const TICKS_PER_SECOND = 100;

/** Fields of a thread's `stat`, counted after the name: user time, and system time. */
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

function usageIn(file: string): { readonly name: string; readonly seconds: number } {
  const stat = readFileSync(file, 'utf8');
  const end = stat.lastIndexOf(')');
  const fields = stat.slice(end + 2).split(' ');
  const ticks = Number(fields[USER_TICKS]) + Number(fields[SYSTEM_TICKS]);
  return { name: stat.slice(stat.indexOf('(') + 1, end), seconds: ticks / TICKS_PER_SECOND };
}
