import { Client } from 'pg';
import { startPostgres } from '../../../testing/embedded-postgres.js';
import {
  emailThrough,
  startMailServer,
  type MailServer,
} from '../../support/doubles/mail-server.js';
import { eventually } from '../../support/watching/eventually.js';
import {
  recipient,
  startWaybill,
  stopWaybills,
  type Waybill,
} from '../../support/worlds/waybill.js';

/** The sandbox reports failure 1260 for it. */
const UNREACHABLE = '003';
const LEADS = 'This instance does the background work now.';

let postgres: Awaited<ReturnType<typeof startPostgres>>;
let mail: MailServer;
let waybill: Waybill;

beforeAll(async () => {
  [postgres, mail] = await Promise.all([
    startPostgres(),
    startMailServer({ onText: () => 'silence' }),
  ]);
  waybill = await startWaybill({
    config: {
      readModel: { kind: 'postgres', url: postgres.url },
      email: emailThrough(mail.url),
    },
  });
});

afterAll(async () => {
  await mail.close();
  await stopWaybills();
  await postgres.stop();
});

/** Ends the session by which the instance leads, as an outage of a few seconds does. */
async function endTurn(): Promise<void> {
  const client = new Client({ connectionString: postgres.url });
  await client.connect();
  await client.query(
    `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted`,
  );
  await client.end();
}

it('goes on after the loss of its turn, while a mail server takes minutes to answer', async () => {
  const id = await waybill.send(recipient(UNREACHABLE), {
    fallback: [{ channel: 'email', when: 'failure', to: 'person@home.example' }],
  });
  await eventually(() => mail.received.length === 1);
  await endTurn();
  await eventually(() => waybill.log.lines.filter((line) => line.includes(LEADS)).length === 2);
  await waybill.until(await waybill.send(recipient()), 'delivered');

  // The e-mail is still the business of the call that is under way, and of nobody else.
  expect(await waybill.message(id)).toMatchObject({ status: 'sending', attempts: [{}, {}] });
  await mail.close();
  await waybill.until(id, 'unknown');
  expect(mail.received).toHaveLength(1);
});
