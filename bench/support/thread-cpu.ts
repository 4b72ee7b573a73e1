import { readdirSync, readFileSync } from 'node:fs';

/** Linux reports CPU time in hundredths of a second, whatever the frequency of its timer. */
const TICKS_PER_SECOND = 100;

/** Fields of a thread's `stat`, counted after the name: user time, and system time. */
const USER_TICKS = 11;
const SYSTEM_TICKS = 12;

/**
 * Returns the CPU time that the threads of this name have taken, in seconds.
 * @returns undefined where the system does not report it: only Linux does
 */
export function threadCpuSeconds(pid: number, name: string): number | undefined {
  if (process.platform !== 'linux') return undefined;
  const tasks = `/proc/${pid}/task`;
  let seconds = 0;
  for (const task of readdirSync(tasks)) {
    const usage = usageIn(`${tasks}/${task}/stat`);
    if (usage.name === name) seconds += usage.seconds;
  }
  return seconds;
}

/** Returns the CPU time of a process, in seconds, and that of its main thread. @returns undefined but on Linux */
export function processCpuSeconds(
  pid: number,
): { readonly all: number; readonly main: number } | undefined {
  if (process.platform !== 'linux') return undefined;
  return {
    all: usageIn(`/proc/${pid}/stat`).seconds,
    main: usageIn(`/proc/${pid}/task/${pid}/stat`).seconds,
  };
}

function usageIn(file: string): { readonly name: string; readonly seconds: number } {
  const stat = readFileSync(file, 'utf8');
  const end = stat.lastIndexOf(')');
  const fields = stat.slice(end + 2).split(' ');
  const ticks = Number(fields[USER_TICKS]) + Number(fields[SYSTEM_TICKS]);
  return { name: stat.slice(stat.indexOf('(') + 1, end), seconds: ticks / TICKS_PER_SECOND };
}
