import { eventually } from '../../support/watching/eventually.js';
import { SettableTime } from '../../support/doubles/settable-time.js';
import {
  recipient,
  startWaybill,
  stopWaybills,
  type Waybill,
} from '../../support/worlds/waybill.js';

afterAll(stopWaybills);

const HOUR_MS = 3_600_000;

const backOffSeconds = async (waybill: Waybill): Promise<number> => {
  const text = await (await fetch(`${waybill.url}/metrics`)).text();
  return Number(/^waybill_sending_back_off_seconds (?<value>\S+)$/m.exec(text)?.groups?.['value']);
};

it.each([0, -720 * HOUR_MS, -4_000, 4_000, 720 * HOUR_MS])(
  'keeps the pause of a 429, tells of it, and tries one message before others, when the clock jumps by %i ms',
  async (stepMs) => {
    const time = new SettableTime(Date.now());
    const waybill = await startWaybill({
      time,
      config: {
        retryPolicy: {
          attemptsMax: 5,
          firstDelayMs: 20,
          delayMsMax: 50,
          ageMsMax: 48 * HOUR_MS,
        },
      },
    });
    const to = recipient('430');
    const refused = await waybill.send(to);
    await waybill.until(refused, 'retrying');
    expect(waybill.log.says('Vonage asks for slower sending (HTTP 429)')).toBe(true);
    const pauseSeconds = await backOffSeconds(waybill);
    expect(pauseSeconds).toBeGreaterThan(0);

    // The message that is due first is refused as well; those behind it would be accepted.
    await waybill.send(recipient('430'));
    const waiting: string[] = [];
    for (let count = 0; count < 5; count++) waiting.push(await waybill.send(recipient()));
    time.stepWall(stepMs);
    time.pass((pauseSeconds * 1_000) / 2);
    for (const id of waiting) {
      const message = await waybill.message(id);
      expect(message.status).toBe('accepted');
      expect(message.explanation).toContain('HTTP 429');
    }
    expect(await backOffSeconds(waybill)).toBeCloseTo(pauseSeconds / 2, 3);
    expect(waybill.sandbox.requests()).toHaveLength(1);

    time.pass((pauseSeconds * 1_000) / 2);
    await eventually(async () => {
      time.pass(1);
      return (await backOffSeconds(waybill)) > 0;
    });
    expect(waybill.sandbox.requests().map(({ answer }) => answer)).toEqual(['429', '429']);

    await eventually(async () => {
      time.pass(250);
      const all = await Promise.all(waiting.map((id) => waybill.message(id)));
      return all.every(({ status }) => status === 'delivered');
    });
    const sends = waybill.sandbox.sendsByClientRef();
    for (const id of waiting) expect(sends[`${id}.1`]).toBe(1);
    expect(waybill.sandbox.counters().clientRefsSentTwice).toBe(0);
    await waybill.end();
  },
);
