import { Client } from 'pg';
import type { Config } from '../../../src/config.js';
import { FOLLOW_AFTER_MS } from '../../../src/adapters/system/trusted-clock.js';
import { startPostgres } from '../../../testing/embedded-postgres.js';
import { eventually } from '../../support/watching/eventually.js';
import { SettableTime } from '../../support/doubles/settable-time.js';
import { SignedWebhooks, statusBody } from '../../support/facts/signed-webhooks.js';
import {
  recipient,
  startWaybill,
  stopWaybills,
  type Waybill,
} from '../../support/worlds/waybill.js';

afterAll(stopWaybills);

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Time advances on its own, so that paced sending proceeds; a test adds larger steps. */
const TICK_MS = 5;

/** Starts the service on a time that the test controls. */
async function startOnTime(config: Partial<Config> = {}): Promise<{
  waybill: Waybill;
  time: SettableTime;
  end: () => Promise<void>;
}> {
  const time = new SettableTime(Date.now());
  const ticking = setInterval(() => time.pass(TICK_MS), TICK_MS).unref();
  const waybill = await startWaybill({
    time,
    config: {
      retryPolicy: {
        attemptsMax: 3,
        firstDelayMs: 2 * MINUTE_MS,
        delayMsMax: 2 * MINUTE_MS,
        ageMsMax: 48 * HOUR_MS,
      },
      ...config,
    },
  });
  const end = async (): Promise<void> => {
    await waybill.end();
    clearInterval(ticking);
  };
  return { waybill, time, end };
}

/** Shows that new messages are sent at once; by then the timers have checked the due entries more than once. */
async function sendingFlows(waybill: Waybill): Promise<void> {
  for (let message = 0; message < 3; message++) {
    const id = await waybill.send('447700900000');
    await eventually(async () => (await waybill.history(id)).includes('AttemptAccepted'));
  }
}

async function endSessionOfLeader(url: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(
    `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted`,
  );
  await client.end();
}

const startsOf = async (waybill: Waybill, id: string): Promise<number> =>
  (await waybill.history(id)).filter((type) => type === 'AttemptStarted').length;

it.each([-720 * HOUR_MS, -HOUR_MS, -4_000, 4_000, HOUR_MS, 720 * HOUR_MS])(
  'a clock that jumps by %i ms stalls nothing, sends nothing early or twice, and starts no fallback',
  async (stepMs) => {
    const { waybill, time, end } = await startOnTime();
    const sendAtMs = time.wallMs() + 3 * MINUTE_MS;
    // The first never gets a receipt, and the second fails temporarily.
    const open = await waybill.send(recipient('001'), {
      fallback: [
        { channel: 'whatsapp', when: 'unconfirmed', from: '447700900001', to: recipient() },
      ],
    });
    const retried = await waybill.send(recipient('030'));
    const scheduled = await waybill.send(recipient(), { sendAt: new Date(sendAtMs).toISOString() });
    await waybill.until(open, 'submitted');
    await waybill.until(retried, 'retrying');

    time.stepWall(stepMs);
    await sendingFlows(waybill);
    expect(waybill.log.says('clock has jumped')).toBe(true);
    expect(await waybill.message(open)).toMatchObject({ status: 'submitted' });
    expect(await startsOf(waybill, retried)).toBe(1);
    expect(await startsOf(waybill, scheduled)).toBe(0);

    // While the step is not yet believed, everything is due at its true time.
    time.pass(3 * MINUTE_MS);
    await eventually(async () => (await startsOf(waybill, retried)) === 2);
    await eventually(async () => (await startsOf(waybill, scheduled)) === 1);
    expect(await waybill.message(open)).toMatchObject({ status: 'submitted' });

    time.pass(FOLLOW_AFTER_MS);
    await eventually(() => waybill.log.says("follows the system's clock"));
    await sendingFlows(waybill);
    expect(await waybill.history(open)).not.toContain('DeliveryUnconfirmed');
    expect(await waybill.history(open)).not.toContain('FallbackStarted');

    // It ends after twice its length at the latest, for any clock; the test checks repeatedly, as the service does.
    for (let minute = 0; minute < 61; minute += 10) {
      time.pass(10 * MINUTE_MS);
      await sendingFlows(waybill);
    }
    // By a clock a month ahead every report is too old. It is refused and comes again, so nothing follows from its absence.
    const follow = stepMs > 25 * HOUR_MS ? 0 : 1;
    await eventually(async () => (await startsOf(waybill, open)) === 1 + follow);
    expect((await waybill.history(open)).filter((type) => type === 'FallbackStarted')).toHaveLength(
      follow,
    );
    expect(waybill.sandbox.counters().clientRefsSentTwice).toBe(0);
    await end();
  },
);

it('closes no window of waiting messages while the clock is two hours ahead for four seconds', async () => {
  const { waybill, time, end } = await startOnTime();
  const fallback = [{ channel: 'whatsapp', when: 'unconfirmed', from: '447700900001' }];
  const ids = await Promise.all(
    Array.from({ length: 20 }, () => waybill.send(recipient('001'), { fallback })),
  );
  for (const id of ids) await waybill.until(id, 'submitted');
  time.stepWall(2 * HOUR_MS);
  time.pass(2_000);
  await sendingFlows(waybill);
  time.pass(2_000);
  time.stepWall(-2 * HOUR_MS);
  await sendingFlows(waybill);
  for (const id of ids) expect(await waybill.message(id)).toMatchObject({ status: 'submitted' });
  const metrics = await (await fetch(`${waybill.url}/metrics`)).text();
  expect(metrics).toContain('waybill_clock_steps 1');
  expect(waybill.log.says('is back where elapsed time says')).toBe(true);
  await end();
});

it('lets windows of before wait for their whole length when it starts on a clock that was set back', async () => {
  const { waybill, time, end } = await startOnTime();
  const open = await waybill.send(recipient('001'));
  await waybill.until(open, 'submitted');
  await waybill.stop();
  time.stepWall(-24 * HOUR_MS);
  await waybill.start();
  await sendingFlows(waybill);
  expect(waybill.log.says('behind times that the ledger has recorded')).toBe(true);
  expect(await waybill.message(open)).toMatchObject({ status: 'submitted' });
  time.pass(31 * MINUTE_MS);
  await waybill.until(open, 'unconfirmed');
  await end();
});

it('takes webhooks by either time while the clock is set, and asks for them again where it cannot tell their age', async () => {
  const { waybill, time, end } = await startOnTime();
  const webhooks = new SignedWebhooks(waybill.url, waybill.config);
  const answered = async (): Promise<number> =>
    (await webhooks.post('status', statusBody('delivered'))).status;
  time.stepWall(-720 * HOUR_MS);
  expect(await answered()).toBe(204);
  time.pass(FOLLOW_AFTER_MS);
  await eventually(() => waybill.log.says("follows the system's clock"));
  expect(await answered()).toBe(503);
  time.stepWall(720 * HOUR_MS);
  expect(await answered()).toBe(204);
  await end();
});

const erasureSays = (waybill: Waybill, state: object): Promise<boolean> =>
  eventually(async () => {
    const { body } = await waybill.api.get('/health/ready?part=erasure');
    expect(body).toMatchObject({ parts: { erasure: state } });
    return true;
  });

it('destroys nothing by age for a clock that was set far ahead, says so, and goes on with the days', async () => {
  const { waybill, time, end } = await startOnTime({ retainPersonalDays: 40 });
  const to = recipient();
  const id = await waybill.send(to);
  await waybill.until(id, 'delivered');
  time.stepWall(90 * 24 * HOUR_MS);
  await sendingFlows(waybill);
  time.pass(FOLLOW_AFTER_MS);
  await eventually(() => waybill.log.says("follows the system's clock"));
  time.pass(HOUR_MS);
  await erasureSays(waybill, { state: 'behind', reason: expect.stringContaining('set ahead') });
  expect(await waybill.message(id)).toMatchObject({ to });

  time.pass(91 * 24 * HOUR_MS);
  await eventually(async () => (await waybill.message(id)).to === 'erased');
  await erasureSays(waybill, { state: 'working' });
  await end();
});

it('destroys nothing by age for such a clock in a turn that begins later, as after an outage of PostgreSQL', async () => {
  const postgres = await startPostgres();
  const { waybill, time, end } = await startOnTime({
    retainPersonalDays: 40,
    readModel: { kind: 'postgres', url: postgres.url },
  });
  const to = recipient();
  const id = await waybill.send(to);
  await waybill.until(id, 'delivered');
  await erasureSays(waybill, { state: 'working' });
  time.stepWall(90 * 24 * HOUR_MS);
  await sendingFlows(waybill);
  time.pass(FOLLOW_AFTER_MS);
  await eventually(() => waybill.log.says("follows the system's clock"));

  await endSessionOfLeader(postgres.url);
  const LEADS = 'This instance does the background work now.';
  await eventually(() => waybill.log.lines.filter((line) => line.includes(LEADS)).length === 2);
  await erasureSays(waybill, { state: 'behind' });
  expect(await waybill.message(id)).toMatchObject({ to });
  await end();
  await postgres.stop();
});
