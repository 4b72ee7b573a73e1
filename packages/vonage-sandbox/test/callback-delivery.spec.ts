import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { verifySignature } from '@vonage/jwt';
import { CallbackDelivery } from '../src/callbacks/callback-delivery.js';
import { Journal, type CallbackRecord } from '../src/control/journal.js';
import { withDefaults, type SandboxOptions } from '../src/options.js';
import { Timers } from '../src/timers.js';
import { judge, retryDelaysMs } from '../src/callbacks/retry-rule.js';
import type { ReceiverAnswer } from './receiver.js';
import {
  credentials,
  ORDINARY_NUMBER,
  startSetting,
  stopSettings,
  textTo,
  type Setting,
} from './setting.js';
import { eventually } from './eventually.js';
import { claimsIn, send, smsTo } from './wire.js';

let setting: Setting;

/** Retries at once, and records the delays it skipped. Time limits of calls are unchanged. */
class ImpatientTimers extends Timers {
  readonly retriesMs: number[] = [];

  override after(delayMs: number, run: () => void): () => void {
    const isLimit = delayMs >= 1_000;
    if (!isLimit) this.retriesMs.push(delayMs);
    return super.after(isLimit ? delayMs : 0, run);
  }
}

const start = async (options: Partial<SandboxOptions> = {}) => {
  setting = await startSetting(options);
};

afterEach(stopSettings);

/** Delivers one status callback and returns its record. */
const deliver = async (answers: readonly ReceiverAnswer[]) => {
  setting.receiver.answer((_, index) => answers[index] ?? 204);
  const [record] = setting.sandbox.sendStatus({ status: 'delivered' });
  await setting.sandbox.settled();
  return {
    outcome: record?.outcome,
    answers: record?.attempts.map(({ answer }) => answer),
  };
};

describe('the rule', () => {
  beforeEach(() => start());

  it('doubles the delay from 5 s to 15 min and gives up after 24 h', () => {
    const seconds = retryDelaysMs.map((delayMs) => delayMs / 1_000);
    expect(seconds.slice(0, 10)).toEqual([5, 10, 20, 40, 80, 160, 320, 640, 900, 900]);
    expect(new Set(seconds.slice(8))).toEqual(new Set([900]));
    const hours = seconds.reduce((sum, delay) => sum + delay, 0) / 3_600;
    expect(hours).toBeLessThanOrEqual(24);
    expect(hours + 0.25).toBeGreaterThan(24);
  });

  it.each<[number | null, string]>([
    [200, 'delivered'],
    [204, 'delivered'],
    [205, 'delivered'],
    [206, 'lost'],
    [301, 'lost'],
    [400, 'lost'],
    [401, 'lost'],
    [404, 'lost'],
    [413, 'lost'],
    [428, 'lost'],
    [429, 'retry'],
    [430, 'lost'],
    [499, 'lost'],
    [500, 'retry'],
    [503, 'retry'],
    [599, 'retry'],
    [null, 'retry'],
  ])('judges %s as %s', (answer, verdict) => {
    expect(judge(answer)).toBe(verdict);
  });
});

describe('delivery', () => {
  it('tries again after 503 and 429, later each time', async () => {
    await start();
    setting.receiver.answer((_, index) => [503, 429, 503][index] ?? 200);
    const timers = new ImpatientTimers();
    const settings = withDefaults({ ...credentials, retryTimeScale: 0.01 });
    const record = await new Promise<CallbackRecord>((resolve) => {
      const delivery = new CallbackDelivery(settings, new Journal(10), timers, () => resolve(sent));
      const { record: sent } = delivery.send({
        kind: 'status',
        messageUuid: randomUUID(),
        status: 'delivered',
        url: setting.receiver.url,
        body: '{}',
        signing: 'signed',
        ofApplication: true,
      });
    });
    timers.stop();
    expect(record.outcome).toBe('delivered');
    expect(record.attempts.map(({ answer }) => answer)).toEqual([503, 429, 503, 200]);
    // 5, 10 and 20 s on a clock that runs a hundred times as fast.
    expect(timers.retriesMs).toEqual([50, 100, 200]);
  });

  it.each([301, 400, 401, 403, 404, 413])(
    'loses a callback that is answered %i',
    async (status) => {
      await start();
      expect(await deliver([status])).toMatchObject({ outcome: 'lost', answers: [status] });
      expect(setting.receiver.received).toHaveLength(1);
      expect(setting.sandbox.counters().callbacks).toMatchObject({ lost: 1, delivered: 0 });
    },
  );

  it('tries again when the connection is reset', async () => {
    await start();
    const { outcome, answers } = await deliver(['reset', 204]);
    expect(outcome).toBe('delivered');
    expect(answers).toEqual([null, 204]);
  });

  it('counts an address that Node cannot call as no answer', async () => {
    await start();
    const { host } = new URL(setting.receiver.url);
    await send(setting.sandbox.url, smsTo('447700980001', { webhook_url: `http://a%@${host}/` }));
    const record = await eventually(() =>
      setting.sandbox.callbacks().find(({ attempts }) => attempts.length > 0),
    );
    expect(record?.attempts[0]).toMatchObject({ answer: null, fault: 'URI malformed' });
    expect(await send(setting.sandbox.url, smsTo(ORDINARY_NUMBER))).toMatchObject({ status: 202 });
  });

  it('counts an answer that leaves HTTP as none', async () => {
    const switching = createServer((socket) => {
      socket.once('data', () =>
        socket.end('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n'),
      );
    }).listen(0, '127.0.0.1');
    await once(switching, 'listening');
    const { port } = switching.address() as AddressInfo;
    await start();
    const [record] = setting.sandbox.sendStatus({
      status: 'delivered',
      url: `http://127.0.0.1:${port}`,
    });
    const attempt = await eventually(() => record?.attempts[0], { withinMs: 5_000 });
    switching.close();
    expect(attempt).toMatchObject({ answer: null, fault: 'the answer is none of HTTP' });
  });

  it('tries again when there is no answer in time', async () => {
    await start({ responseTimeoutMs: 50 });
    const { outcome, answers } = await deliver(['silence', 204]);
    expect(outcome).toBe('delivered');
    expect(answers).toEqual([null, 204]);
    expect(setting.sandbox.callbacks()[0]?.attempts[0]?.fault).toBe('no response within 50 ms');
  });

  it('tries again when nobody listens, until somebody does', async () => {
    await start();
    const closed = createServer().listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const { port } = closed.address() as AddressInfo;
    closed.close();
    await once(closed, 'close');
    const [record] = setting.sandbox.sendStatus({
      status: 'delivered',
      url: `http://127.0.0.1:${port}/status`,
    });
    // The port stays closed for as long as it takes to see two failures.
    await eventually(() => (record?.attempts.length ?? 0) >= 2);
    expect(record?.attempts[0]).toMatchObject({
      answer: null,
      fault: expect.stringContaining('ECONNREFUSED'),
    });
    const opened = createServer((socket) => {
      socket.once('data', () => socket.end('HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n'));
    }).listen(port, '127.0.0.1');
    await setting.sandbox.settled();
    expect(record?.outcome).toBe('delivered');
    opened.close();
  });

  it('discards a callback that was refused for 24 hours', async () => {
    await start({ retryTimeScale: 0.0000001 });
    setting.receiver.answer(() => 500);
    const [record] = setting.sandbox.sendStatus({ status: 'delivered' });
    await setting.sandbox.settled();
    expect(record?.outcome).toBe('discarded');
    expect(record?.attempts).toHaveLength(retryDelaysMs.length + 1);
    expect(setting.sandbox.counters()).toMatchObject({
      callbacks: { discarded: 1, waiting: 0 },
      callbackAttempts: retryDelaysMs.length + 1,
    });
  });

  it('signs each try anew, or repeats the old token if it is told to', async () => {
    await start();
    await deliver([503, 503, 204]);
    const tokens = () => setting.receiver.received.map(({ authorization }) => authorization);
    expect(new Set(tokens().map((token) => claimsIn(token)['jti'])).size).toBe(3);
    await setting.stop();
    await start({ repeatToken: true });
    await deliver([503, 503, 204]);
    expect(new Set(tokens()).size).toBe(1);
  });

  it('goes to the address in the message rather than to the configured one', async () => {
    await start();
    const webhook_url = `${setting.receiver.url}/elsewhere`;
    await send(setting.sandbox.url, smsTo(ORDINARY_NUMBER, { webhook_url }));
    const [first] = await setting.receiver.first(2);
    expect(first?.path).toBe('/elsewhere');
  });

  it('drops callbacks that have no address', async () => {
    await start({ statusUrl: null });
    await setting.vonage.messages.send(textTo(ORDINARY_NUMBER));
    await setting.sandbox.settled();
    expect(setting.sandbox.counters().callbacks).toMatchObject({ nowhere: 2, waiting: 0 });
  });

  it('does not let one message wait for another', async () => {
    await start();
    setting.receiver.answer((_, index) => (index === 0 ? 'silence' : 204));
    setting.sandbox.sendStatus({ status: 'delivered' });
    await setting.receiver.first(1);
    await setting.vonage.messages.send(textTo(ORDINARY_NUMBER));
    await eventually(() => setting.sandbox.counters().callbacks.delivered === 2);
    expect(setting.sandbox.counters().callbacks).toMatchObject({ delivered: 2, waiting: 1 });
  });

  it('has at most 128 callbacks under way at once', async () => {
    await start();
    let underWay = 0;
    let most = 0;
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    setting.receiver.answer(async () => {
      underWay += 1;
      most = Math.max(most, underWay);
      await released;
      underWay -= 1;
      return 204;
    });
    setting.sandbox.sendStatus({ status: 'delivered', copies: 200 });
    await setting.receiver.first(128);
    // A further callback would have been sent before this answer came back.
    await fetch(`${setting.sandbox.url}/sandbox`);
    expect(setting.receiver.received).toHaveLength(128);
    release();
    await setting.sandbox.settled();
    expect(most).toBe(128);
    expect(setting.receiver.received).toHaveLength(200);
  });

  it('uses the secret that it has now', async () => {
    await start();
    setting.sandbox.configure({ signatureSecret: 'rotated' });
    await deliver([204]);
    const token = setting.receiver.received[0]?.authorization?.replace('Bearer ', '') ?? '';
    expect(verifySignature(token, 'rotated')).toBe(true);
    expect(verifySignature(token, credentials.signatureSecret)).toBe(false);
  });
});
