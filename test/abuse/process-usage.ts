import { readFileSync } from 'node:fs';

/** Memory that a process has in use, MiB, as Linux counts it; 0 when it has ended. */
export function residentMiB(pid: number): number {
  return Number(/^VmRSS:\s+(\d+)/m.exec(fileOf(pid, 'status'))?.[1] ?? 0) / 1024;
}

/** Of the main thread of a process since its start, milliseconds. */
export interface ThreadTime {
  /** It had a processor. */
  readonly ranMs: number;
  /** It could have run, and waited for a processor. */
  readonly waitedMs: number;
}

/** Zero when the process has ended. */
export function mainThreadTime(pid: number): ThreadTime {
  const [ran = 0, waited = 0] = fileOf(pid, `task/${pid}/schedstat`).split(' ').map(Number);
  return { ranMs: ran / 1e6, waitedMs: waited / 1e6 };
}

function fileOf(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return '';
  }
}
