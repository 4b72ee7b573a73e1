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
  let ticks = 0;
  for (const task of readdirSync(tasks)) {
    const stat = readFileSync(`${tasks}/${task}/stat`, 'utf8');
    const end = stat.lastIndexOf(')');
    if (stat.slice(stat.indexOf('(') + 1, end) !== name) continue;
    const fields = stat.slice(end + 2).split(' ');
    ticks += Number(fields[USER_TICKS]) + Number(fields[SYSTEM_TICKS]);
  }
  return ticks / TICKS_PER_SECOND;
}
