import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Liveness } from './liveness-process.js';

const program = fileURLToPath(new URL('liveness-process.ts', import.meta.url));

/** A second client, which asks `GET /health/live` all the time. */
export class LivenessWatch {
  private constructor(private readonly child: ChildProcess) {}

  static async begin(url: string, pid: number): Promise<LivenessWatch> {
    const watch = new LivenessWatch(fork(program, [url, String(pid)]));
    // The first answers of a process are slow for reasons of its own.
    for (let answers = 0; answers < 10;) answers += (await watch.look()).answers;
    return watch;
  }

  /** Returns the observations since the last look. @throws Error when it has ended */
  async look(): Promise<Liveness> {
    if (this.child.exitCode !== null) throw new Error('The client that asks for life has ended.');
    const answered = once(this.child, 'message') as Promise<[Liveness]>;
    this.child.send('look');
    const [liveness] = await answered;
    return liveness;
  }

  end(): void {
    this.child.kill();
  }
}
