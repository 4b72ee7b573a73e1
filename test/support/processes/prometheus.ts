import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../watching/eventually.js';
import { freePort } from '../../../testing/free-port.js';

const places = [process.env['PROMETHEUS_PATH'], '/usr/bin/prometheus', '/usr/local/bin/prometheus'];

/** An installed Prometheus; undefined where there is none, because npm brings none. */
export const prometheusPath = places.find((path) => path !== undefined && existsSync(path));

interface Answer {
  readonly status: string;
  readonly error?: string;
  readonly data?: { readonly result: readonly unknown[] };
}

/** A real Prometheus that scrapes one service every second. */
export class Prometheus {
  private constructor(
    private readonly url: string,
    private readonly child: ChildProcess,
    private readonly directory: string,
  ) {}

  /** @param rules file of alerts */
  static async start(program: string, target: string, rules: string): Promise<Prometheus> {
    const directory = await mkdtemp(join(tmpdir(), 'prometheus-'));
    const config = {
      global: { scrape_interval: '1s', evaluation_interval: '1s' },
      rule_files: [rules],
      scrape_configs: [{ job_name: 'waybill', static_configs: [{ targets: [target] }] }],
    };
    // JSON is YAML.
    await writeFile(join(directory, 'prometheus.yml'), JSON.stringify(config));
    const port = await freePort();
    const child = spawn(
      program,
      [
        `--config.file=${join(directory, 'prometheus.yml')}`,
        `--storage.tsdb.path=${join(directory, 'data')}`,
        `--web.listen-address=127.0.0.1:${port}`,
      ],
      { stdio: 'ignore' },
    );
    const prometheus = new Prometheus(`http://127.0.0.1:${port}`, child, directory);
    await eventually(async () => (await fetch(`${prometheus.url}/-/ready`)).ok);
    return prometheus;
  }

  async query(expression: string): Promise<Answer> {
    const query = new URLSearchParams({ query: expression });
    return (await (await fetch(`${this.url}/api/v1/query?${query.toString()}`)).json()) as Answer;
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill();
    await ended;
    await rm(this.directory, { recursive: true, force: true });
  }
}
