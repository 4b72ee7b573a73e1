import { createApiKey, parseApiKeys } from '../../src/application/access/api-keys.js';
import { reportDimensions } from '../../src/application/ports/delivery-totals.js';
import { VERSION } from '../../src/version.js';
import { COMPILE_MS_MAX, compiledProgram } from '../support/processes/compiled.js';
import { projectFile } from '../support/files/project-file.js';
import { runCommand } from '../support/processes/run-command.js';
import { eventually } from '../support/watching/eventually.js';
import { recipient, startWaybill, stopWaybills, type Waybill } from '../support/worlds/waybill.js';

const key = createApiKey('person', ['send', 'read', 'audit', 'admin']);
let running: Waybill;

beforeAll(async () => {
  running = await startWaybill({ config: { apiKeys: parseApiKeys(key.configured).keys } });
  await compiledProgram();
}, COMPILE_MS_MAX);

afterAll(stopWaybills);

const waybill = (...args: string[]) =>
  runCommand('commands/waybill.js', args, {
    WAYBILL_URL: running.url,
    WAYBILL_API_KEY: key.key,
  });

const jsonOf = async (...args: string[]): Promise<Readonly<Record<string, unknown>>> => {
  const { exitCode, output, errors } = await waybill(...args, '--json');
  expect([exitCode, errors]).toEqual([0, '']);
  return JSON.parse(output) as Readonly<Record<string, unknown>>;
};

/** Sends a message and returns its id. */
async function sent(to: string, from = '447700900000'): Promise<string> {
  const written = ['--to', to, '--from', from, '--text', 'Hello'];
  const args = ['send', ...written, '--follow', '0', '--json'];
  return (JSON.parse((await waybill(...args)).output) as { readonly id: string }).id;
}

it('lists its commands, says its version, and knows no other command', async () => {
  const help = await waybill('--help');
  expect([help.exitCode, help.errors]).toEqual([0, '']);
  for (const name of [
    'send',
    'search',
    'resolve',
    'hold',
    'keys',
    'erase',
    'backup',
    'migrate-ledger',
  ]) {
    expect(help.output).toMatch(new RegExp(`^  ${name} +\\w`, 'm'));
  }
  expect((await waybill('--version')).output).toBe(`${VERSION}\n`);
  expect((await waybill('help')).output).toBe(help.output);
  expect((await waybill('help', 'erase')).output).toBe((await waybill('erase', '--help')).output);
  const unknown = await waybill('fly');
  expect([unknown.exitCode, unknown.output]).toEqual([2, '']);
  expect(unknown.errors).toContain('There is no command fly.');
});

it('says a fault once where its title says all of it', async () => {
  const { exitCode, errors } = await waybill('erase', recipient(), '--reason', 'Asked for it.');
  expect(errors).toMatch(/^Nothing is recorded about this number\b/);
  expect([exitCode, errors.split('Nothing is recorded').length]).toEqual([1, 2]);
});

it('shows the usage of each command as the caller can repeat it', async () => {
  expect((await waybill('send', '--help')).output).toContain('  waybill send --to NUMBER');
  expect((await waybill('release', '--help')).output).toContain('  waybill release [--waiting');
  const npm = await runCommand('commands/search.js', ['--help']);
  expect(npm.output).toContain('  npm run waybill -- search');
  expect((await waybill('report', '--help')).output).toContain(reportDimensions.join(', '));
});

it('says in the help of each command how it ends, and that it prints JSON for a program', async () => {
  const { output } = await waybill('--help');
  const names = [...output.matchAll(/^  ([a-z-]+) {2,}\w/gm)].map(([, name = '']) => name);
  expect(names.length).toBeGreaterThan(20);
  // `start.spec.ts` looks at the programs that are npm scripts too.
  const scripts = projectFile('package.json');
  const others = names.filter((name) => !scripts.includes(`dist/commands/${name}.js`));
  expect(others.length).toBeGreaterThan(5);
  const silent: string[] = [];
  for (const name of others) {
    const help = (await waybill(name, '--help')).output;
    if (!/^Exit code/m.test(help) || !help.includes('--json')) silent.push(name);
  }
  expect(silent).toEqual([]);
});

it('finds a message again by the last digits, and follows it to its end', async () => {
  const to = recipient();
  const id = await sent(to);
  const followed = await waybill('follow', id);
  expect([followed.exitCode, followed.output]).toEqual([0, expect.stringMatching(/delivered$/m)]);
  await eventually(async () => {
    const found = await waybill('search', '--to', to.slice(-7), '--status', 'delivered');
    return found.output.split('\n').filter((line) => line.includes(id)).length === 1;
  });
  expect(await jsonOf('search', '--to', to)).toMatchObject({ id, status: 'delivered' });
  const none = await waybill('search', '--reference', 'nobody has it');
  expect([none.exitCode, none.output]).toEqual([0, 'No message matches.\n']);
});

it('ends with 3 where a message failed, or would be refused', async () => {
  const rejected = await sent(recipient('002'));
  expect((await waybill('follow', rejected)).exitCode).toBe(3);
  const refused = await waybill('preview', '--to', '12', '--text', 'x');
  expect([refused.exitCode, refused.output]).toEqual([3, expect.stringContaining('  - to has')]);
});

it('previews what a message takes', async () => {
  const { exitCode, output } = await waybill('preview', '--to', recipient(), '--text', 'Привет');
  expect(exitCode).toBe(0);
  expect(output).toMatch(/^Segments {2}1 \(UCS-2\)$/m);
  expect(output).toMatch(/^Unicode {3}because of /m);
});

it('reports shares and times, as a table and as JSON', async () => {
  const table = await waybill('report', '--group-by', 'channel');
  expect(table.output).toMatch(/^channel +messages +delivered/);
  expect(table.output).toMatch(/^sms +\d+ /m);
  expect(await jsonOf('report')).toMatchObject({ groupBy: [], rows: [expect.anything()] });
});

it('holds and releases sending, and cancels what waits meanwhile', async () => {
  expect(await jsonOf('hold', '--reason', 'the campaign is wrong')).toMatchObject({
    state: 'held',
  });
  const again = await waybill('hold', '--reason', 'the price is wrong');
  expect([again.exitCode, again.output]).toEqual([
    0,
    expect.stringMatching(
      /^Sending was held already, since \S+Z: the campaign is wrong\nIt keeps that reason; .*\n$/,
    ),
  ]);
  const id = await sent(recipient());
  const cancelled = await waybill('cancel', id);
  expect([cancelled.exitCode, cancelled.errors]).toEqual([0, '']);
  expect((await waybill('cancel', id)).exitCode).toBe(0);
  const released = await waybill('release', '--reason', 'it is mended');
  expect([released.exitCode, released.output]).toEqual([0, expect.stringContaining('flows')]);
  expect(await jsonOf('search', '--status', 'cancelled')).toMatchObject({ id });
});

it('says whose reason of two is shown, and which holds beside it', async () => {
  const hold = async (...args: string[]) => (await waybill('hold', ...args)).output;
  const email = ['--provider', 'email'];
  await hold('--reason', 'one');
  expect(await hold(...email, '--reason', 'two')).toMatch(
    /^Sending by email is held since \S+Z: two\nAll of sending is held too, since \S+Z: one\n$/,
  );
  expect(await hold(...email, '--reason', 'four')).toMatch(
    /^Sending by email was held already, since \S+Z: two\nIt keeps that reason; yours stands in the ledger only\.\nAll of sending is held too, since \S+Z: one\n$/,
  );
  const isShown = async (...args: string[]) => (await jsonOf('hold', ...args))['reasonShown'];
  expect(await isShown(...email, '--reason', 'four')).toBe(false);
  expect(await isShown('--provider', 'fcm', '--reason', 'four')).toBe(true);
  await waybill('release');
  expect(await hold(...email, '--reason', 'three')).toMatch(
    /^Sending by email is held since \S+Z: three\n$/,
  );
  expect(await hold(...email, '--reason', 'four')).toMatch(
    /^Sending by email was held already, since \S+Z: three\nIt keeps that reason; .*\n$/,
  );
  await waybill('release');
});

it('does not say that a provider flows while all of sending is held', async () => {
  await waybill('hold', '--reason', 'one');
  await waybill('hold', '--provider', 'email', '--reason', 'two');
  const released = await waybill('release', '--provider', 'email');
  expect([released.exitCode, released.output]).toEqual([1, '']);
  expect(released.errors).toMatch(/all of sending is held since \S+Z: one/);
  await waybill('release');
});

it('releases a sender that Vonage has refused', async () => {
  const refused = '447700900009';
  running.sandbox.configure({ blockedSenders: [refused] });
  const id = await sent(recipient(), refused);
  await eventually(async () => {
    const headers = { Authorization: `Bearer ${key.key}` };
    const shown = await (await fetch(`${running.url}/v1/sending`, { headers })).json();
    return (shown as { heldSenders: readonly unknown[] }).heldSenders.length === 1;
  });
  const undecidable = await waybill('release', '--waiting', 'unknown');
  expect([undecidable.exitCode, undecidable.output]).toEqual([
    2,
    expect.not.stringMatching(/sent/),
  ]);
  expect(undecidable.errors).toContain('Only senders are held');
  const answer = await fetch(`${running.url}/v1/sending/release`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${key.key}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ reason: 'A test.', waiting: 'unknown' }),
  });
  expect(await answer.json()).toMatchObject({
    status: 409,
    type: expect.stringMatching(/sending-not-held$/),
    detail: expect.stringContaining('Release without it'),
  });
  running.sandbox.configure({ blockedSenders: [] });
  const released = await waybill('release');
  expect([released.exitCode, released.errors]).toEqual([0, '']);
  expect(released.output).toContain(`Sending by ${refused} (sms) is held since `);
  expect(await jsonOf('follow', id)).toMatchObject({ status: 'delivered' });
  expect(await jsonOf('release')).toMatchObject({ heldSenders: [], released: null });
});

it('resends what is over, and resolves only what is unknown', async () => {
  const id = await sent(recipient('422'));
  await waybill('follow', id);
  const again = await waybill('resend', id, '--reason', 'the number is right now');
  expect(again).toEqual({
    exitCode: 0,
    output: expect.stringMatching(/^Sent again as /) as string,
    errors: '',
  });
  const resolved = await waybill('resolve', id, 'abandon', '--reason', 'no use');
  expect([resolved.exitCode, resolved.output]).toEqual([1, '']);
  expect((await waybill('resolve', id, 'perhaps', '--reason', 'x')).exitCode).toBe(2);
  expect((await waybill('resolve', id, 'abandon')).errors).toContain('--reason is needed.');
});

it('erases a person for a reason, and prints the certificate', async () => {
  const to = recipient();
  await waybill('follow', await sent(to));
  expect((await waybill('erase', to)).errors).toContain('--reason is needed.');
  const noRows = await waybill('erase', to, '--reason', 'asked by letter', '--compact');
  expect([noRows.exitCode, noRows.errors]).toEqual([
    2,
    expect.stringContaining('--compact is for PostgreSQL, and here READ_MODEL is sqlite'),
  ]);
  const erased = await waybill('erase', to, '--reason', 'asked by letter');
  expect([erased.exitCode, erased.errors]).toEqual([0, '']);
  expect(erased.output).toMatch(/^Messages +1 to the person, 0 from the person$/m);
  const never = await waybill('erase', recipient(), '--reason', 'asked by letter');
  expect([never.exitCode, never.output]).toEqual([1, '']);
});
