import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  masterKeysIn,
  replaceMasterKeys,
} from '../../../src/adapters/key-store/master-key-file.js';
import { signingKeyIn } from '../../../src/adapters/transparency-log/signing-key-file.js';

const root = join(import.meta.dirname, '../../..');
let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'waybill-keys-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

/** Calls the function in a process that may write nothing, as on a full disk. @returns what it said */
const onFullDisk = (module: string, call: string, file: string): Promise<string> =>
  new Promise((resolve) => {
    const script = `const { ${call} } = await import('${join(root, 'src/adapters', module)}');
      ${call}('${file}');`;
    const hooks = join(root, 'test/support/typescript-hooks.mjs');
    const node = `ulimit -f 0; exec '${process.execPath}' --import '${hooks}' --input-type=module`;
    const child = execFile('bash', ['-c', node], (_, __, stderr) => resolve(stderr));
    child.stdin?.end(script);
  });

it.each([
  ['key-store/master-key-file.ts', 'masterKeysIn', (file: string) => masterKeysIn(file)[0]],
  ['transparency-log/signing-key-file.ts', 'signingKeyIn', signingKeyIn],
])('makes a key once there is room for it (%s)', async (module, call, keyIn) => {
  const file = join(directory, 'key');
  expect(await onFullDisk(module, call, file)).toContain('EFBIG');
  expect(existsSync(file)).toBe(false);
  const key = keyIn(file);
  expect(key?.length).toBeGreaterThan(40);
  expect(keyIn(file)).toBe(key);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

it('writes no new master keys through a link where they are made, and gives them to nobody else', () => {
  const elsewhere = join(directory, 'elsewhere');
  writeFileSync(elsewhere, 'of somebody else');
  const file = join(directory, 'master-key');
  symlinkSync(elsewhere, `${file}.unfinished`);
  replaceMasterKeys(file, ['key']);
  expect(readFileSync(elsewhere, 'utf8')).toBe('of somebody else');
  expect(readFileSync(file, 'utf8')).toBe('key\n');
  expect(statSync(file)).toMatchObject({ mode: 0o100600 });
});
