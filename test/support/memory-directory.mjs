import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statfsSync,
} from 'node:fs';
import { join } from 'node:path';

/** Linux only. */
const MEMORY = '/dev/shm';
/** Containers have 64 MiB. */
const FREE_BYTES_MIN = 4 * 2 ** 30;
const PREFIX = 'waybill-tests-';

/**
 * Lets tests keep their files in memory where the machine can: a quarter of their time was waiting for a disk to hold
 * what is deleted a second later. `npm run test:crash` kills the service over real files.
 */
export function keepTemporaryFilesInMemory() {
  if (process.env.TMPDIR !== undefined || !canHold()) return;
  removeAbandoned();
  const directory = join(MEMORY, `${PREFIX}${process.pid}`);
  mkdirSync(directory, { recursive: true });
  // PostgreSQL runs as a user of its own.
  chmodSync(directory, 0o755);
  process.env.TMPDIR = directory;
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
}

function canHold() {
  if (!existsSync(MEMORY)) return false;
  const { bavail, bsize } = statfsSync(MEMORY);
  const mount = readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .find((line) => line.split(' ')[1] === MEMORY);
  // Tests run programs from their files.
  const isExecutable = mount !== undefined && !/\bnoexec\b/.test(mount);
  return isExecutable && bavail * bsize >= FREE_BYTES_MIN;
}

/** Those of runs that were killed. */
function removeAbandoned() {
  for (const name of readdirSync(MEMORY)) {
    if (!name.startsWith(PREFIX) || existsSync(`/proc/${name.slice(PREFIX.length)}`)) continue;
    rmSync(join(MEMORY, name), { recursive: true, force: true });
  }
}
