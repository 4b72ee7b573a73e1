import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT, projectFile } from '../support/files/project-file.js';

const FILE = 'deploy/systemd/waybill.service';
const unit = projectFile(FILE);

/** All values of a setting, in order; a section may set one several times. */
const valuesOf = (name: string): readonly string[] =>
  [...unit.matchAll(new RegExp(`^${name}=(.*)$`, 'gm'))].map(([, value = '']) => value);

const ANALYZE = '/usr/bin/systemd-analyze';
const withSystemd = existsSync(ANALYZE) ? describe : describe.skip;

/** Points of the tool's scale, 0 to 10; it calls up to 2 points OK and a service without hardening 9.6. */
const EXPOSURE_MAX = 2;

describe('the unit for systemd', () => {
  it('starts what the image starts, in the same way', () => {
    const [, command = ''] = /^CMD (\[.*\])$/m.exec(projectFile('Dockerfile')) ?? [];
    const [program, ...rest] = JSON.parse(command) as string[];
    expect(valuesOf('ExecStart')).toEqual([`/usr/bin/${program} ${rest.join(' ')}`]);
    expect(unit).toContain(/MALLOC_\w+=\d+/.exec(projectFile('Dockerfile'))?.[0]);
  });

  it('keeps its data where nobody else looks, and finishes what is under way', () => {
    expect(unit).toContain('DATA_DIR=/var/lib/waybill');
    expect(valuesOf('StateDirectory')).toEqual(['waybill']);
    expect(valuesOf('StateDirectoryMode')).toEqual(['0700']);
    // DRAIN_SECONDS is 60 at most, and the service gives itself 30 s after that.
    expect(Number(valuesOf('TimeoutStopSec')[0])).toBeGreaterThan(90);
    expect(valuesOf('Restart')).toEqual(['always']);
  });

  it('may write to its own folder only, and has no privilege', () => {
    expect(valuesOf('ProtectSystem')).toEqual(['strict']);
    expect(valuesOf('DynamicUser')).toEqual(['yes']);
    expect(valuesOf('NoNewPrivileges')).toEqual(['yes']);
    expect(valuesOf('CapabilityBoundingSet')).toEqual(['']);
    expect(valuesOf('ReadWritePaths')).toEqual([]);
    expect(unit).not.toMatch(/^MemoryDenyWriteExecute=yes/m);
  });

  it('holds no secret', () => {
    expect(unit).not.toMatch(/VONAGE_API_SECRET|API_KEYS=|BEGIN/);
  });
});

withSystemd('systemd', () => {
  it('understands the unit, and finds it hardened', () => {
    const file = join(PROJECT, FILE);
    const verified = spawnSync(ANALYZE, ['verify', file], { encoding: 'utf8' });
    // Where Node.js is not at /usr/bin, the tool says so; everything else is a fault of the file.
    const said = verified.stderr.split('\n').filter((line) => !/is not executable|^$/.test(line));
    expect(said).toEqual([]);
    const options = ['security', '--offline=true', `--threshold=${EXPOSURE_MAX * 10}`, file];
    const judged = spawnSync(ANALYZE, options, { encoding: 'utf8' });
    expect(judged.status).toBe(0);
  });
});
