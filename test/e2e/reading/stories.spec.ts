import type { EventShown, MessageShown } from '../../support/facts/api.js';
import { eventually } from '../../support/watching/eventually.js';
import {
  recipient,
  startWaybill,
  stopWaybills,
  type Waybill,
} from '../../support/worlds/waybill.js';

let waybill: Waybill;

/** Numbers and ids of messages whose call gets no answer: they are sent first, because each waits for a time limit. */
const unanswered = new Map<string, { readonly to: string; readonly id: string }>();

beforeAll(async () => {
  waybill = await startWaybill();
  for (const story of ['020', '021']) {
    const to = recipient(story);
    unanswered.set(story, { to, id: await waybill.send(to) });
  }
});

/** Returns the message of a story, sent now unless it was sent first. */
async function sentFor(story: string): Promise<{ readonly to: string; readonly id: string }> {
  const earlier = unanswered.get(story);
  if (earlier !== undefined) return earlier;
  const to = recipient(story);
  return { to, id: await waybill.send(to) };
}

afterAll(stopWaybills);

/**
 * Waits until every story has ended and each of its callbacks has been answered or given up. Asks the
 * sandbox, because further callbacks may follow those that a test has seen.
 */
const told = () => eventually(() => waybill.sandbox.isSettled());

/** Returns the answers to each callback's attempts. */
const answersByCallback = (to: string) =>
  waybill.sandbox
    .messages()
    .filter((message) => message.to === to)
    .flatMap(({ callbacks }) =>
      callbacks.map(({ attempts }) => attempts.map(({ answer }) => answer)),
    );

const answersTo = (to: string) => answersByCallback(to).flat();

/** Counts client refs that the sandbox accepted more than once. */
const sentTwice = () => waybill.sandbox.counters().clientRefsSentTwice;

describe('what a carrier can do', () => {
  it('stays submitted without a receipt, and becomes unconfirmed when the window closes', async () => {
    const id = await waybill.send(recipient('001'), { confirmWithinSeconds: 3 });
    const message = await waybill.until(id, 'unconfirmed', 15_000);
    expect((await waybill.events(id)).map(({ effect }) => effect?.to)).toEqual([
      'accepted',
      'sending',
      'sent',
      'submitted',
      'unconfirmed',
    ]);
    expect(message).toMatchObject({ final: false, contradicted: false });
    expect(message.explanation).toContain('Nobody has confirmed the delivery');
    // A late receipt still counts.
    waybill.sandbox.sendStatus({
      status: 'delivered',
      message_uuid: String(message.attempts[0]?.messageUuid),
      client_ref: `${id}.1`,
    });
    await waybill.until(id, 'delivered');
  });

  it('does not try again what was rejected for good', async () => {
    const id = await waybill.send(recipient('002'));
    const message = await waybill.until(id, 'rejected');
    expect(message).toMatchObject({
      final: true,
      attempts: [{ error: { source: 'report', code: '1280', class: 'permanent' } }],
    });
    expect(message.explanation).toMatch(/not delivered.*\(code 1280\)/);
  });

  it('tries again what failed for a while, under a new name, until it is delivered', async () => {
    const to = recipient();
    waybill.sandbox.tellStory({ to, story: 'rejected', code: '1030', uses: 2 });
    const id = await waybill.send(to);
    const message = await waybill.until(id, 'delivered');
    expect(message.attempts.map(({ number, status }) => [number, status])).toEqual([
      [1, 'rejected'],
      [2, 'rejected'],
      [3, 'delivered'],
    ]);
    expect(waybill.sandbox.messages().filter((one) => one.to === to)).toMatchObject([
      { client_ref: `${id}.1` },
      { client_ref: `${id}.2` },
      { client_ref: `${id}.3` },
    ]);
  });

  it('gives up what fails every time, and says with which error', async () => {
    const to = recipient();
    waybill.sandbox.tellStory({ to, story: 'rejected', code: '1030' });
    const id = await waybill.send(to);
    const message = await waybill.until(id, 'rejected');
    expect(message.attempts).toHaveLength(waybill.config.retryPolicy.attemptsMax);
    expect(message.explanation).toContain('1030');
  });

  it('waits as long as the error asks before it tries again', async () => {
    const to = recipient('030');
    const id = await waybill.send(to);
    const message = await waybill.until(id, 'retrying');
    const [, , , , , scheduled] = await waybill.events(id);
    expect(scheduled?.type).toBe('RetryScheduled');
    const waitMs =
      Date.parse(String(scheduled?.data['dueAt'])) - Date.parse(String(scheduled?.recordedAt));
    expect(waitMs).toBe(60_000);
    expect(message.explanation).toContain('Attempt 2 is due at');
  });

  it('tries another channel when the first one failed', async () => {
    const id = await waybill.send(recipient('003'), {
      fallback: [
        { channel: 'whatsapp', when: 'unconfirmed', from: '447700900001', to: recipient('003') },
        { channel: 'viber_service', when: 'failure', from: '447700900001', to: recipient() },
      ],
    });
    const message = await waybill.until(id, 'delivered');
    expect(message.attempts.map(({ channel, status }) => [channel, status])).toEqual([
      ['sms', 'undeliverable'],
      ['whatsapp', 'undeliverable'],
      ['viber_service', 'delivered'],
    ]);
    expect((await waybill.history(id)).at(-1)).toBe('FallbackFinished');
  });

  it('tries another channel, with a text of its own, when nobody confirms the first', async () => {
    const to = recipient();
    const id = await waybill.send(recipient('001'), {
      confirmWithinSeconds: 1,
      fallback: [
        { channel: 'whatsapp', when: 'unconfirmed', from: '447700900001', to, text: 'Again' },
      ],
    });
    const message = await waybill.until(id, 'delivered');
    expect(message.attempts.map(({ channel }) => channel)).toEqual(['sms', 'whatsapp']);
    const [sent] = waybill.sandbox.messages().filter((one) => one.to === to);
    expect(sent).toMatchObject({ client_ref: `${id}.2`, request: { text: 'Again' } });
  });

  it('reports what cannot be delivered', async () => {
    const message = await waybill.until(await waybill.send(recipient('003')), 'undeliverable');
    expect(message.attempts[0]?.error).toMatchObject({ code: '1260' });
  });

  it.each([
    ['a receipt arrives before the submitted that preceded it', '004', ['late']],
    ['each callback comes twice at the same moment', '005', []],
  ])('is delivered when %s', async (_, story, reasons) => {
    const to = recipient(story);
    const id = await waybill.send(to);
    await waybill.until(id, 'delivered');
    await told();
    const events = await waybill.events(id);
    const refused = events.flatMap(({ effect }) =>
      effect?.applied === false ? effect.reason : [],
    );
    expect(refused).toEqual(reasons);
    expect(answersTo(to).every((answer) => answer === 204)).toBe(true);
    expect((await waybill.message(id)).status).toBe('delivered');
  });

  it.each([
    ['006', 'delivered'],
    ['018', 'rejected'],
  ])('keeps the first final word of story %s and shows the contradiction', async (story, first) => {
    const to = recipient(story);
    const id = await waybill.send(to);
    const message = await eventually(async () => {
      const now = await waybill.message(id);
      return now.contradicted && now;
    });
    expect(message.status).toBe(first);
    expect(message.explanation).toContain('A later report says');
    expect((await waybill.events(id)).at(-1)).toMatchObject({
      type: 'StatusRefused',
      effect: { from: first, to: first, applied: false, reason: 'contradiction' },
    });
  });

  it('becomes read after it was delivered', async () => {
    for (const story of ['015', '016']) {
      const message = await waybill.until(await waybill.send(recipient(story)), 'read');
      expect(message).toMatchObject({ final: true, contradicted: false });
    }
  });

  it('shows the result of each segment', async () => {
    const id = await waybill.send(recipient('011'), { text: 'x'.repeat(161) });
    const message = await waybill.until(id, 'delivered');
    expect(message).toMatchObject({
      segments: { encoding: 'GSM-7', count: 2 },
      attempts: [{ segmentCount: 2, segments: [{ status: 'delivered' }, { status: 'delivered' }] }],
    });
  });

  it('is not sure and does not try again when a part may have been delivered', async () => {
    const to = recipient('012');
    const message = await waybill.until(await waybill.send(to), 'rejected');
    expect(message.attempts).toMatchObject([{ error: { code: '1490', class: 'ambiguous' } }]);
  });
});

describe('what the network between Vonage and us can do', () => {
  it('places a report that comes before the 202', async () => {
    const to = recipient('007');
    const id = await waybill.send(to);
    await waybill.until(id, 'delivered');
    const history = await eventually(async () => {
      const types = await waybill.history(id);
      return types.includes('AttemptAccepted') && types;
    });
    expect(history).toEqual([
      'MessageRequested',
      'AttemptStarted',
      'StatusReported',
      'StatusReported',
      'AttemptAccepted',
    ]);
    expect((await waybill.message(id)).status).toBe('delivered');
  });

  it('adopts reports that came before the 202 and do not name their message', async () => {
    const to = recipient();
    waybill.sandbox.tellStory({
      to,
      answer: { kind: 'accepted-last' },
      callbacks: [
        { status: 'submitted', afterMs: 0, fields: { client_ref: null } },
        { status: 'delivered', afterMs: 100, fields: { client_ref: null } },
      ],
    });
    const id = await waybill.send(to);
    const message = await waybill.until(id, 'delivered');
    const uuid = String(message.attempts[0]?.messageUuid);
    expect(await waybill.history(id)).toEqual([
      'MessageRequested',
      'AttemptStarted',
      'AttemptAccepted',
      'ReportAdopted',
      'ReportAdopted',
    ]);
    // By its uuid the API shows the message itself, so only the ledger shows the events on the stray stream.
    const ledger = (await waybill.api.get('/v1/events')).lines as EventShown[];
    const strays = ledger.filter(({ stream }) => stream === `message-${uuid}`);
    expect(strays.map(({ type }) => type)).toEqual(['StatusReported', 'StatusReported']);
    const adopted = (await waybill.events(id)).filter(({ type }) => type === 'ReportAdopted');
    expect(adopted.map(({ data }) => data['adoptedFrom'])).toEqual(
      strays.map(({ id: eventId, revision }) => ({
        stream: `message-${uuid}`,
        revision: String(revision),
        eventId,
      })),
    );
  });

  it('finds the message of a report without a client ref by its uuid', async () => {
    const to = recipient();
    waybill.sandbox.tellStory({
      to,
      callbacks: [
        { status: 'submitted', afterMs: 400, fields: { client_ref: null } },
        { status: 'delivered', afterMs: 2_500, fields: { client_ref: null } },
      ],
    });
    const message = await waybill.until(await waybill.send(to), 'delivered');
    expect(message.attempts).toHaveLength(1);
  });

  it('tracks messages of others, first seen in a report', async () => {
    const [record] = waybill.sandbox.sendStatus({ status: 'delivered', to: '447700900777' });
    const message = await eventually(() => waybill.message(String(record?.message_uuid)));
    expect(message).toMatchObject({
      status: 'delivered',
      origin: 'external',
      to: '447700900777',
      text: null,
    });
  });

  it('takes a 202 that is slow', async () => {
    const to = recipient('008');
    const id = await waybill.send(to);
    await waybill.until(id, 'delivered');
    await eventually(async () => (await waybill.history(id)).includes('AttemptAccepted'));
    expect((await waybill.message(id)).attempts).toHaveLength(1);
  });

  it.each([
    ['the connection is reset after the message was taken', '009'],
    ['the request is taken but never answered', '020'],
  ])('settles by a report, and does not send again, when %s', async (_, story) => {
    const { to, id } = await sentFor(story);
    await waybill.until(id, 'delivered');
    await eventually(async () => (await waybill.history(id)).includes('AttemptOutcomeUnknown'));
    await told();
    const message = await waybill.message(id);
    expect(message).toMatchObject({ status: 'delivered', attempts: [{ number: 1 }] });
    expect(waybill.sandbox.sendsByClientRef()[`${id}.1`]).toBe(1);
    expect(waybill.sandbox.requests().filter((one) => one.to === to)).toHaveLength(1);
  });

  it.each([
    ['021', 'never answered'],
    ['022', 'reset'],
  ])('stays unknown and is never sent again when the request is %s: %s', async (story) => {
    const { to, id } = await sentFor(story);
    const message = await waybill.until(id, 'unknown');
    expect(message).toMatchObject({ final: false, attempts: [{ messageUuid: null }] });
    expect(message.explanation).toContain('It is not known whether Vonage took the message');
    expect(waybill.sandbox.requests().filter((one) => one.to === to)).toHaveLength(1);
  });

  it.each([
    ['a slow body', '023'],
    ['an empty body', '024'],
    ['a text body', '025'],
    ['a body without a uuid', '026'],
  ])('copes with a 202 with %s, because the report names the message', async (_, story) => {
    const to = recipient(story);
    const id = await waybill.send(to);
    const message = await waybill.until(id, 'delivered');
    await told();
    const [known] = waybill.sandbox.messages().filter((one) => one.to === to);
    expect(message.attempts.map(({ messageUuid }) => messageUuid)).toEqual([known?.message_uuid]);
    expect(waybill.sandbox.sendsByClientRef()[`${id}.1`]).toBe(1);
  });

  it('asks for an unsigned callback again and takes the signed retry', async () => {
    const to = recipient('010');
    const id = await waybill.send(to);
    await waybill.until(id, 'delivered');
    await told();
    // On a busy machine an attempt may miss its short time limit without an answer; then there is one more.
    const answers = answersByCallback(to).map((some) => some.filter((answer) => answer !== null));
    expect(answers).toHaveLength(2);
    expect(answers).toContainEqual([503, 204]);
    expect(answers.map((some) => some.at(-1))).toEqual([204, 204]);
    expect((await waybill.history(id)).filter((type) => type.startsWith('Status'))).toHaveLength(2);
  });

  it.each(['101', '102', '103', '108'])('reads the failing shape %s', async (shape) => {
    const message = await waybill.until(await waybill.send(recipient(shape)), 'rejected');
    expect(message.attempts[0]?.error).toMatchObject({ source: 'report' });
    expect(message.attempts[0]?.error?.code).toMatch(/^1\d{3}$/);
  });

  it.each(['019', '104', '105', '106', '107', '109', '110', '111'])(
    'reads the delivered shape %s',
    async (shape) => {
      const message = await waybill.until(await waybill.send(recipient(shape)), 'delivered');
      expect(message.attempts).toMatchObject([{ error: null, deliveredAt: expect.any(String) }]);
    },
  );

  it('quarantines a status that nobody knows and goes on', async () => {
    const to = recipient('112');
    const id = await waybill.send(to);
    await waybill.until(id, 'delivered');
    await told();
    const quarantined = (await waybill.api.get('/v1/events')).lines as {
      type: string;
      data: { reason: string };
    }[];
    expect(
      quarantined
        .filter(({ type }) => type === 'WebhookQuarantined')
        .map(({ data }) => data.reason),
    ).toContain('unknown status "buffered"');
    expect(answersTo(to)).toEqual([204, 204, 204]);
  });
});

describe('what Vonage can answer to the call', () => {
  const afterCall = async (story: string, status: 'failed' | 'unknown' | 'delivered') => {
    const to = recipient(story);
    const id = await waybill.send(to);
    const message: MessageShown = await waybill.until(id, status);
    const requests = waybill.sandbox.requests().filter((one) => one.to === to);
    return { id, message, requests };
  };

  it('fails at once on 422', async () => {
    const { message, requests } = await afterCall('422', 'failed');
    expect(message.attempts).toMatchObject([
      { status: 'failed', error: { source: 'call', class: 'permanent', httpStatus: 422 } },
    ]);
    expect(requests).toHaveLength(1);
  });

  it('comes back after 429, not sooner than Vonage asked, and is sent once', async () => {
    const { id, message, requests } = await afterCall('429', 'delivered');
    expect(requests.map(({ answer }) => answer)).toEqual(['429', '429', '202']);
    const retries = (await waybill.events(id)).filter(({ type }) => type === 'RetryScheduled');
    expect(retries).toHaveLength(2);
    // The sandbox asks for a second; a test on a clock of its own proves that a retry waits until it is due.
    for (const { data, recordedAt } of retries) {
      const waitMs = Date.parse(String(data['dueAt'])) - Date.parse(recordedAt);
      expect(waitMs).toBeGreaterThanOrEqual(1_000);
    }
    expect(message.attempts).toHaveLength(3);
    expect(waybill.sandbox.sendsByClientRef()[`${id}.3`]).toBe(1);
  });

  it.each([500, 502, 503, 504])(
    'does not send again what may have been taken: %s',
    async (status) => {
      const { message, requests } = await afterCall(String(status), 'unknown');
      expect(requests).toHaveLength(1);
      expect(message.attempts).toMatchObject([{ error: { httpStatus: status } }]);
    },
  );

  it('does not send again what was redirected to nowhere, and follows what leads somewhere', async () => {
    expect((await afterCall('302', 'unknown')).message.attempts).toHaveLength(1);
    expect((await afterCall('307', 'delivered')).message.attempts).toHaveLength(1);
  });

  it('never sends anything twice under one name, whatever happens', async () => {
    await eventually(() => waybill.sandbox.isSettled());
    expect(sentTwice()).toBe(0);
  });
});

it('logs no secret, no text and no full number', () => {
  const { vonage } = waybill.config;
  const numbers = waybill.sandbox.messages().map(({ to }) => to);
  expect(waybill.log.lines.length).toBeGreaterThan(20);
  expect(
    waybill.log.found([
      ...numbers,
      'Your parcel is here.',
      vonage.apiSecret,
      vonage.privateKey,
      vonage.signatureSecrets[0] ?? '',
      'Bearer ',
      'eyJ',
    ]),
  ).toEqual([]);
});
