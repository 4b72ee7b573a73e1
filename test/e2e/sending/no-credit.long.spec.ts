import { eventually } from '../../support/watching/eventually.js';
import { SettableTime } from '../../support/doubles/settable-time.js';
import { recipient, startWaybill, stopWaybills } from '../../support/worlds/waybill.js';

afterEach(stopWaybills);

const SENDS_PER_SECOND = 20;
const MINUTES = 10;
/** All are handed over at the permitted 30 a second, in virtual time. */
const WITHIN_MS = 240_000;

interface Report {
  readonly rows: readonly {
    readonly byStatus: Readonly<Record<string, { readonly messages: number }>>;
  }[];
}

it(
  'sends all of ten minutes at 20 a second, of which the account had no credit, and fails none',
  async () => {
    const time = new SettableTime(Date.now());
    const { api, sandbox } = await startWaybill({ time });
    sandbox.configure({ hasCredit: false });
    const from = '447700900001';
    const fallback = [{ channel: 'whatsapp', when: 'failure', from, to: recipient() }];
    const to = recipient();
    const perHalf = SENDS_PER_SECOND * 30;
    const half = Array.from({ length: perHalf }, () => ({ to, text: 'Hello', fallback }));
    for (let minute = 0; minute < MINUTES; minute++) {
      for (let second = 0; second < 60; second++) {
        if (second % 30 === 0) await api.post('/v1/messages/batch', { messages: half });
        time.pass(1_000);
        // A due probe ends before more time passes.
        if (second % 20 === 0) await api.get('/v1/sending');
      }
    }
    expect(sandbox.counters().messagesAccepted).toBe(0);

    sandbox.configure({ hasCredit: true });
    const count = SENDS_PER_SECOND * 60 * MINUTES;
    await eventually(
      () => {
        time.pass(100);
        return sandbox.counters().messagesAccepted >= count;
      },
      { withinMs: WITHIN_MS },
    );
    const byStatus = async () => {
      const report = (await api.get('/v1/reports/delivery')).as<Report>(200);
      const entries = Object.entries(report.rows[0]?.byStatus ?? {});
      return Object.fromEntries(entries.map(([status, { messages }]) => [status, messages]));
    };
    await eventually(
      async () => {
        time.pass(100);
        return (await byStatus())['delivered'] === count;
      },
      { withinMs: WITHIN_MS },
    );
    expect(await byStatus()).toEqual({ delivered: count });
    // A fallback would have been one more.
    expect(sandbox.counters()).toMatchObject({ messagesAccepted: count, clientRefsSentTwice: 0 });
  },
  2 * WITHIN_MS,
);
