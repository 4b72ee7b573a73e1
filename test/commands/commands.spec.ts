import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseApiKeys, createApiKey, findApiKey } from '../../src/application/access/api-keys.js';
import { Api } from '../support/facts/api.js';
import { COMPILE_MS_MAX, compiledProgram } from '../support/processes/compiled.js';
import { runCommand } from '../support/processes/run-command.js';
import { recipient, startWaybill, stopWaybills, type Waybill } from '../support/worlds/waybill.js';

const key = createApiKey('person', ['send', 'read', 'audit']);
const sendOnly = createApiKey('shop', ['send']);

let waybill: Waybill;

beforeAll(async () => {
  waybill = await startWaybill({
    config: { apiKeys: parseApiKeys(`${key.configured},${sendOnly.configured}`).keys },
  });
  await compiledProgram();
}, COMPILE_MS_MAX);

afterAll(stopWaybills);

const command = (name: 'send' | 'replay' | 'keys', ...args: string[]) =>
  runCommand(`commands/${name}.js`, args, {
    WAYBILL_URL: `${waybill.url}/`,
    WAYBILL_API_KEY: key.key,
  });

const said = (text: string) => ['--text', text];
const uuid = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';

describe('send', () => {
  it('prints the ids, then each status until the last, and why', async () => {
    const to = recipient();
    const { exitCode, output, errors } = await command('send', '--to', `+${to}`, ...said('Hello'));
    expect([exitCode, errors]).toEqual([0, '']);
    const [record] = waybill.sandbox.messages().filter((one) => one.to === to);
    expect(output).toMatch(new RegExp(`^Message      ${uuid}\\nVonage UUID  ${uuid}\\n`));
    expect(output).toContain(record?.message_uuid);
    expect(output).toMatch(/^\d{4}-\S+Z {2}delivered$/m);
    expect(output.trimEnd().split('\n').at(-1)).toMatch(/the phone has the message\.$/);
  });

  it('ends with 3 when the message failed for good', async () => {
    const rejected = await command('send', '--to', recipient('002'), ...said('x'));
    expect([rejected.exitCode, rejected.output]).toEqual([3, expect.stringContaining('1280')]);
    const refused = await command('send', '--to', recipient('422'), ...said('x'));
    expect([refused.exitCode, refused.output]).toEqual([3, expect.stringContaining('(none yet)')]);
  });

  it('does not follow when it is told not to', async () => {
    const to = recipient('001');
    const { exitCode, output } = await command('send', '--to', to, ...said('x'), '--follow', '0');
    expect(exitCode).toBe(0);
    expect(output.trimEnd().split('\n')).toHaveLength(4);
  });

  it('passes on the sender, the reference and the priority', async () => {
    const to = recipient();
    const args = ['--to', to, ...said('x'), '--from', 'Waybill', '--reference', 'order-7'];
    const lane = ['--priority', 'high', '--follow', '0'];
    const { output } = await command('send', ...args, ...lane);
    const id = new RegExp(uuid).exec(output)?.[0] ?? '';
    const shown = await fetch(`${waybill.url}/v1/messages/${id}`, {
      headers: { authorization: `Bearer ${key.key}` },
    });
    expect(await shown.json()).toMatchObject({
      from: 'Waybill',
      reference: 'order-7',
      priority: 'high',
    });
  });

  it('says every fault of a request in words', async () => {
    const { exitCode, output, errors } = await command('send', '--to', '12', ...said(' '));
    expect([exitCode, output]).toEqual([1, '']);
    expect(errors).toMatch(/The request has faults.*to has fewer.*text is empty/s);
    expect(errors).not.toMatch(/at \w+ \(/);
  });

  it.each([
    ['nothing', [], /^--to and --text are needed/],
    ['an unknown option', ['--too', 'x'], /--too/],
    ['a number that is none', ['--to', '1', '--text', 'x', '--follow', 'long'], /--follow/],
  ])('explains its usage when it gets %s', async (_, args, words) => {
    const { exitCode, errors } = await command('send', ...args);
    expect([exitCode, errors]).toEqual([2, expect.stringMatching(words)]);
    expect(errors).toContain('npm run send -- --to NUMBER --text TEXT');
  });

  it('says what to do when nobody answers, or the key is wrong', async () => {
    const args = ['--to', recipient(), ...said('x')];
    const alone = await runCommand('commands/send.js', args, {
      WAYBILL_URL: 'http://127.0.0.1:9',
    });
    expect([alone.exitCode, alone.errors]).toEqual([1, expect.stringContaining('npm start')]);
    const stranger = await runCommand('commands/send.js', args, { WAYBILL_URL: waybill.url });
    expect(stranger.exitCode).toBe(1);
    expect(stranger.errors).toMatch(/API key.*WAYBILL_API_KEY/);
  });

  it('ends with 0 when the key may send but not read: a script must not send it again', async () => {
    const to = recipient();
    const { exitCode, output } = await runCommand('commands/send.js', ['--to', to, ...said('x')], {
      WAYBILL_URL: waybill.url,
      WAYBILL_API_KEY: sendOnly.key,
    });
    expect(exitCode).toBe(0);
    expect(output).toMatch(/Waybill has taken it, but it cannot be followed\. .*scope/);
  });

  it('sends once however often it runs with one idempotency key', async () => {
    const to = recipient();
    const args = ['--to', to, ...said('x'), '--follow', '0', '--idempotency-key', 'order-7'];
    const first = await command('send', ...args);
    const second = await command('send', ...args);
    expect([second.exitCode, second.output.split('\n')[0]]).toEqual([
      0,
      first.output.split('\n')[0],
    ]);
    expect(waybill.sandbox.messages().filter((one) => one.to === to)).toHaveLength(1);
  });

  it('asks once more for an answer that got lost, by the same key, and says how to go on', async () => {
    const seen: string[] = [];
    const server = createServer((socket) => {
      socket.once('data', (bytes: Buffer) => {
        seen.push(/^idempotency-key: (\S+)/im.exec(bytes.toString())?.[1] ?? '');
        socket.destroy();
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { exitCode, errors } = await runCommand(
      'commands/send.js',
      ['--to', recipient(), ...said('x')],
      { WAYBILL_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}` },
    );
    server.close();
    expect([exitCode, new Set(seen).size, seen.length]).toEqual([1, 1, 2]);
    expect(errors).toContain(`--idempotency-key ${seen[0]}`);
    // With the same exit code a message may have been taken: only the key makes a repeat safe.
    const { output } = await command('send', '--help');
    expect(output).toMatch(/\n1 not taken, or nobody knows: [^.]*--idempotency-key/);
  });

  it.each(['127.0.0.1:3000', 'sms.example.com', 'HTTP://127.0.0.1:9', 'http://'])(
    'does not say that nobody answers at %s, which is no address',
    async (address) => {
      const args = ['--to', recipient(), ...said('x')];
      const { exitCode, errors } = await runCommand('commands/send.js', args, {
        WAYBILL_URL: address,
      });
      expect([exitCode, errors]).toEqual([
        1,
        'WAYBILL_URL is no address: write it as http://127.0.0.1:3000 or https://sms.example.com.\n',
      ]);
    },
  );

  it('takes an empty WAYBILL_URL for none', async () => {
    const { port } = new URL(waybill.url);
    const { exitCode } = await runCommand(
      'commands/send.js',
      ['--to', recipient(), ...said('x'), '--follow', '0'],
      { WAYBILL_URL: '', PORT: port, WAYBILL_API_KEY: key.key },
    );
    expect(exitCode).toBe(0);
  });
});

it('name PORT where that is no number, and .env where it cannot be read', async () => {
  const port = await runCommand('commands/search.js', [], { PORT: 'abc' });
  expect([port.exitCode, port.errors]).toEqual([1, expect.stringMatching(/^PORT must be a whole/)]);
  const directory = await mkdtemp(join(tmpdir(), 'waybill-'));
  try {
    await mkdir(join(directory, '.env'));
    const file = await runCommand('commands/search.js', [], {}, directory);
    expect([file.exitCode, file.errors]).toEqual([
      1,
      expect.stringMatching(/^\.env cannot be read: EISDIR/),
    ]);
  } finally {
    await rm(directory, { recursive: true });
  }
});

describe('replay', () => {
  it('prints every event, what it changed, and how the message stands', async () => {
    const sent = await command('send', '--to', recipient('006'), ...said('Hello'));
    const id = new RegExp(uuid).exec(sent.output)?.[0] ?? '';
    const { exitCode, output, errors } = await command('replay', id);
    expect([exitCode, errors]).toEqual([0, '']);
    expect(output).toContain(`Message ${id}`);
    expect(output).toMatch(
      /#0 {2}\S+ {2}MessageRequested {2}\(api person\)\n {4}nothing -> accepted/,
    );
    expect(output).toMatch(
      /#1 {2}\S+ {2}AttemptStarted {2}\(dispatcher\)\n {4}accepted -> sending/,
    );
    expect(output).toContain('submitted -> delivered');
    expect(output).toMatch(/^Now: delivered/m);
  });

  it('shows a text that wants to look like an event, or to command the terminal, as a text', async () => {
    const forged =
      '\n\n#1  2031-03-04T12:00:00.000Z  StatusReported  (webhook)\n    sent -> delivered';
    const orders = '\u001b[2J\u009b1A\rHello';
    const sent = await new Api(waybill.url, key.key).post('/v1/messages', {
      to: recipient('006'),
      text: `Hello${forged}${orders}`,
    });
    const { id } = sent.as<{ id: string }>(202);
    for (const args of [[id], [id, '--json']]) {
      const { exitCode, output, errors } = await command('replay', ...args);
      expect([exitCode, errors]).toEqual([0, '']);
      expect(output).not.toMatch(/[^\P{Cc}\n]/u);
      expect(output).not.toContain('\n#1  2031-03-04');
      expect(output).toContain('\\u001b[2J');
      expect(output).toContain('\\u009b1A');
    }
  });

  it('prints the events around a damaged one, and why the state cannot be told', async () => {
    const whole = {
      id: 'e0',
      stream: 'message-m1',
      revision: 0,
      position: '1',
      version: 1,
      type: 'MessageRequested',
      recordedAt: '2031-03-04T12:00:00.000Z',
      data: { text: 'Hello' },
      metadata: { source: 'api' },
      effect: { from: null, to: 'accepted', applied: true, reason: null },
    };
    const damaged = { ...whole, revision: 1, type: 'AttemptStarted', data: null, effect: null };
    const items = [whole, { ...damaged, metadata: {}, damaged: 'it is no JSON' }];
    const service = createHttpServer(({ url = '' }, response) => {
      const isEvents = url.endsWith('/events');
      response.writeHead(isEvents ? 200 : 500, { 'content-type': 'application/json' });
      response.end(JSON.stringify(isEvents ? { items } : { title: 'Damaged', detail: 'no JSON' }));
    });
    service.listen(0, '127.0.0.1');
    await once(service, 'listening');
    const { port } = service.address() as AddressInfo;
    const told = await runCommand('commands/replay.js', ['m1'], {
      WAYBILL_URL: `http://127.0.0.1:${port}`,
    });
    service.close();
    expect(told.exitCode).toBe(1);
    expect(told.errors).toContain('Damaged: no JSON');
    expect(told.output).toContain('nothing -> accepted');
    expect(told.output).toMatch(
      /#1 {2}\S+ {2}AttemptStarted {2}\(unknown\)\n {4}damaged: it is no JSON/,
    );
    expect(told.output).toContain('the state cannot be told');
  });

  it('says that there is no such message, and how to use it', async () => {
    const unknown = await command('replay', '00000000-0000-4000-8000-000000000000');
    expect([unknown.exitCode, unknown.errors]).toEqual([
      1,
      expect.stringContaining('There is no such message'),
    ]);
    expect((await command('replay')).exitCode).toBe(2);
    const help = await command('replay', '--help');
    expect([help.exitCode, help.output]).toEqual([0, expect.stringContaining('npm run replay')]);
  });

  it('ends quietly when its reader has seen enough', async () => {
    const sent = await command('send', '--to', recipient(), ...said('Hello'));
    const id = new RegExp(uuid).exec(sent.output)?.[0] ?? '';
    const path = join(await compiledProgram(), 'commands/replay.js');
    const child = spawn(process.execPath, [path, id], {
      env: { WAYBILL_URL: waybill.url, WAYBILL_API_KEY: key.key },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let errors = '';
    child.stderr.on('data', (bytes: Buffer) => (errors += bytes.toString()));
    child.stdout.destroy();
    const [code] = (await once(child, 'close')) as [number];
    expect([code, errors]).toEqual([0, '']);
  });
});

describe('keys', () => {
  it('shows a key once, and what to configure for it', async () => {
    const { exitCode, output } = await command('keys', 'create', 'shop', 'send+read');
    expect(exitCode).toBe(0);
    const shown = /^ {2}(wb_\S+)$/m.exec(output)?.[1] ?? '';
    const line = /^ {2}API_KEYS=(\S+)$/m.exec(output)?.[1] ?? '';
    const { keys, faults } = parseApiKeys(line);
    expect(faults).toEqual([]);
    expect(findApiKey(keys, shown)).toMatchObject({ name: 'shop', scopes: ['send', 'read'] });
    expect(line).not.toContain(shown);
    expect((await command('keys', 'create', 'shop', 'send+read')).output).not.toContain(shown);
  });

  it('says that a service has no keys', async () => {
    const { url } = await startWaybill();
    const listed = await runCommand('commands/keys.js', ['list'], { WAYBILL_URL: url });
    expect(listed.output).toBe(
      'There are no API keys: who reaches the service may use all of it.\n',
    );
  });

  it('makes, lists and revokes keys of a running service', async () => {
    const admin = createApiKey('root', ['admin']);
    const service = await startWaybill({
      config: { apiKeys: parseApiKeys(admin.configured).keys },
    });
    const keys = (...args: string[]) =>
      runCommand('commands/keys.js', args, {
        WAYBILL_URL: service.url,
        WAYBILL_API_KEY: admin.key,
      });
    const limits = ['--expires-at', '2040-01-31T09:30:00Z', '--requests-per-second', '5'];
    const made = await keys('create', 'shop', 'send+read', '--service', ...limits);
    const shown = /^ {2}(wb_shop_\S+)$/m.exec(made.output)?.[1] ?? '';
    const answer = await new Api(service.url, shown).get('/v1/messages');
    expect([answer.status, answer.headers.get('ratelimit-policy')]).toEqual([
      200,
      '"requests";q=5;w=1',
    ]);
    const listed = await keys('list');
    expect(listed.output).toMatch(/^active {4}root {2}admin, last used/m);
    expect(listed.output).toMatch(/^active {4}shop {2}send\+read, expires 2040-01-31T09:30:00/m);
    expect((await keys('revoke', 'shop')).output).toMatch(/^shop is revoked since /);
    expect((await keys('list')).output).toMatch(/^revoked {3}shop/m);
    const again = await keys('create', 'shop', 'read', '--service');
    expect([again.exitCode, again.errors]).toEqual([1, expect.stringContaining('stays taken')]);
  });

  it.each([
    [[]],
    [['create']],
    [['create', 'shop']],
    [['create', 'sh:op', 'send']],
    [['create', 'shop', 'everything']],
    [['delete', 'shop', 'send']],
    [['create', 'shop', 'send', 'read']],
    [['create', 'shop', 'send', '--expires-at', '2030-01-31T09:30:00Z']],
    [['create', 'shop', 'send', '--service', '--requests-per-second', 'many']],
    [['revoke']],
    [['list', 'shop']],
  ])('explains its usage when it gets %j', async (args) => {
    const { exitCode, output, errors } = await command('keys', ...args);
    expect([exitCode, output]).toEqual([2, '']);
    expect(errors).toContain('npm run keys -- create NAME SCOPES');
  });
});

it.each([
  ['erase', [], ['Give one number', '--reason is needed']],
  ['resend', ['a', 'b'], ['Give one message id', '--reason is needed']],
  ['resolve', ['a', 'maybe'], ['one of resend', '--reason is needed']],
  ['send', ['--text', 'x', '--follow', 'long'], ['--to and --text', '--follow must be']],
  ['follow', ['--seconds', 'x'], ['Give one message id', '--seconds must be']],
  [
    'keys',
    ['create', 'a b', 'all', '--service', '--requests-per-second', '0'],
    ['NAME must be', 'SCOPES must be', '--requests-per-second must be'],
  ],
  ['migrate-ledger', ['--from', '/nowhere'], ['no ledger in /nowhere', 'Say where to copy to']],
  ['resume', ['--waiting', 'x', '--provider', 'y'], ['--waiting must be', 'without --provider']],
] as const)('%s says every fault of its call at once', async (name, args, faults) => {
  const { exitCode, output, errors } = await runCommand(`commands/${name}.js`, args);
  expect([exitCode, output]).toEqual([2, '']);
  const told = errors.split('\n').slice(0, faults.length);
  expect(told).toEqual(faults.map((fault) => expect.stringContaining(fault)));
});
