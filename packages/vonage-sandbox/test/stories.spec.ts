import { createHash } from 'node:crypto';
import { parsePhoneNumberFromString } from 'libphonenumber-js/core';
import metadata from 'libphonenumber-js/min/metadata';
import { SegmentedMessage } from 'sms-segments-calculator';
import { digitConventions } from '../src/control/guide.js';
import { segmentCount } from '../src/callbacks/segments.js';
import { stories } from '../src/stories/stories.js';
import { eventually } from './eventually.js';
import { bodyOf, statusesOf, type Received } from './receiver.js';
import { faultsOf, faultsOfStatus } from './schemas.js';
import { ORDINARY_NUMBER, startSetting, stopSettings, textTo, type Setting } from './setting.js';
import { basic, claimsIn, send, smsTo } from './wire.js';

/** The digits of stories in which a client waits until it gives up. */
const UNANSWERED = ['020', '021'];

/** Turns a minute of a story into less than a millisecond of the test. */
const TIME_SCALE = 0.00001;

let setting: Setting;

beforeEach(async () => {
  setting = await startSetting({ timeScale: TIME_SCALE });
});

afterEach(stopSettings);

/** Sends one SMS and returns all callbacks that result from it. */
async function tell(to: string, more: object = {}): Promise<readonly Received[]> {
  await setting.vonage.messages.send(textTo(to, more)).catch(() => undefined);
  await setting.sandbox.settled();
  return setting.receiver.received;
}

const byText = (one = '', other = '') => one.localeCompare(other);

const errorsOf = (callbacks: readonly Received[]): readonly unknown[] =>
  callbacks.map((callback) => (bodyOf(callback)['error'] as { title?: unknown })?.title);

const ends = (digits: string) => `447700980${digits}`;

it('knows how each number that ends in a story tells it', async () => {
  // Written by hand: digits, and the statuses that arrive, with error codes.
  const picture = `
    000 submitted delivered
    001 submitted
    002 submitted rejected:1280
    003 undeliverable:1260
    004 delivered submitted
    005 submitted submitted delivered delivered
    006 submitted delivered rejected:1330
    007 submitted delivered
    008 submitted delivered
    009 submitted delivered
    010 submitted delivered
    011 submitted delivered
    012 submitted rejected:1490
    013 submitted delivered
    015 submitted delivered read
    016 submitted read
    017 delivered
    018 submitted rejected:1330 delivered
    019 submitted delivered
    020 submitted delivered
    021
    022
    023 submitted delivered
    024 submitted delivered
    025 submitted delivered
    026 submitted delivered
    030 submitted rejected:1000
    031 submitted rejected:1331
    101 submitted rejected:1260
    104 submitted delivered
    105 submitted delivered
    106 submitted delivered
    107 submitted delivered
    109 submitted delivered
    110 submitted delivered
    111 submitted delivered
    112 submitted buffered delivered
    302
    307 submitted delivered
    401
    402
    403
    422
    429
    430
    500
    501
    502
    503
    504
    530
  `;
  // The 72 hours, the shapes without a status, and a body that is not JSON have tests of their own.
  const elsewhere = ['014', '102', '103', '108', '113', '114'];
  const rows = picture
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
  expect([...rows.map(([digits]) => digits), ...elsewhere].toSorted(byText)).toEqual(
    Object.values(stories)
      .map(({ digits }) => digits)
      .toSorted(byText),
  );
  // All stories run side by side, so that their delays overlap.
  const told = await Promise.all(
    rows.map(async ([digits = '', ...expected]) => {
      const own = await startSetting({ timeScale: TIME_SCALE });
      const leaving = new AbortController();
      const answered = fetch(`${own.sandbox.url}/v1/messages`, {
        method: 'POST',
        headers: { authorization: basic() },
        body: JSON.stringify(smsTo(ends(digits))),
        signal: leaving.signal,
      }).catch(() => undefined);
      if (UNANSWERED.includes(digits)) {
        await eventually(() => own.sandbox.requests().length > 0);
        leaving.abort();
      }
      await answered;
      await own.sandbox.settled();
      const seen = own.receiver.received.map((callback) => {
        const { status, error } = bodyOf(callback) as {
          status: string;
          error?: { title: unknown };
        };
        return error === undefined ? status : `${status}:${String(error.title)}`;
      });
      await own.stop();
      return { digits, seen, expected };
    }),
  );
  expect(told.map(({ digits, seen }) => [digits, ...seen])).toEqual(rows);
});

it('sends callbacks that are as specified, on every channel', async () => {
  const { url } = setting.sandbox;
  const common = { message_type: 'text', text: 'a', client_ref: 'ref', from: '447700900002' };
  const requests = [
    ['sms', '447700980006'],
    ['mms', '447700980006'],
    ['rcs', '447700980015'],
    ['whatsapp', '447700980015'],
    ['messenger', '77980015'],
    ['viber_service', '447700980015'],
    ['email', 'anna.980015@example.com'],
  ] as const;
  for (const [channel, to] of requests) {
    const email = channel === 'email' ? { email: { subject: 's' }, from: 'b@example.com' } : {};
    expect(await send(url, { channel, to, ...common, ...email })).toMatchObject({ status: 202 });
  }
  await setting.sandbox.settled();
  const bodies = setting.receiver.received.map((callback) => bodyOf(callback));
  expect(bodies).toHaveLength(21);
  expect(bodies.flatMap((body) => faultsOfStatus(body))).toEqual([]);
  expect(new Set(bodies.map(({ channel }) => channel))).toEqual(
    new Set(requests.map(([channel]) => channel)),
  );
});

it.each([
  ['447700991170', ['submitted', 'rejected'], '1170'],
  ['447700992999', ['submitted', 'rejected'], '2999'],
  ['447700971040', ['undeliverable'], '1040'],
  ['12025991282', ['submitted', 'rejected'], '1282'],
])('lets %s end with the code in its digits', async (to, statuses, code) => {
  const callbacks = await tell(to);
  expect(statusesOf(callbacks)).toEqual(statuses);
  expect(errorsOf(callbacks).at(-1)).toBe(code);
  expect(callbacks.flatMap((callback) => faultsOfStatus(bodyOf(callback)))).toEqual([]);
});

it.each(['447700993170', '447700990999', '447700960001', '447700980999', '447700981000'])(
  'leaves %s an ordinary number',
  async (to) => {
    expect(statusesOf(await tell(to))).toEqual(['submitted', 'delivered']);
  },
);

it('only asks for numbers that can be phone numbers', () => {
  const examples = [
    ...digitConventions.map(({ example }) => example),
    ...Object.values(stories).flatMap(({ digits }) => [
      ends(digits),
      `1202598${digits}`.padEnd(11, '0'),
    ]),
  ];
  for (const example of examples) {
    expect(parsePhoneNumberFromString(`+${example}`, metadata)?.isPossible()).toBe(true);
  }
  expect(parsePhoneNumberFromString('+12025980001', metadata)?.isValid()).toBe(true);
});

it('gives each story digits of its own', () => {
  const digits = Object.values(stories).map((story) => story.digits);
  expect(new Set(digits).size).toBe(digits.length);
  expect(digits.filter((one) => !/^\d{3}$/.test(one))).toEqual([]);
});

it('tells the times as they were when callbacks overtake each other', async () => {
  expect(stories['out-of-order'].callbacks).toMatchObject([
    { status: 'delivered', afterMs: 2_500 },
    { status: 'submitted', afterMs: 3_000, occurredAfterMs: 400 },
  ]);
  const tenSecondsMs = 10_000 / TIME_SCALE;
  setting.sandbox.tellStory({
    callbacks: [
      { status: 'delivered', afterMs: 0, occurredAfterMs: tenSecondsMs },
      { status: 'submitted', afterMs: 0 },
    ],
  });
  const callbacks = await tell(ORDINARY_NUMBER);
  const [delivered = 0, submitted = 0] = callbacks.map((callback) =>
    Date.parse(String(bodyOf(callback)['timestamp'])),
  );
  expect(delivered - submitted).toBe(10_000);
});

it('repeats a duplicated callback byte for byte, under a token of its own', async () => {
  const callbacks = await tell(ends('005'));
  const [one, other] = callbacks;
  expect(one?.raw.equals(other?.raw ?? Buffer.of())).toBe(true);
  expect(new Set(callbacks.map(({ authorization }) => claimsIn(authorization)['jti'])).size).toBe(
    4,
  );
});

it('lets callbacks arrive and be answered before the 202', async () => {
  const order: string[] = [];
  setting.receiver.answer(async (callback) => {
    order.push(`${String(bodyOf(callback)['status'])} arrived`);
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    order.push(`${String(bodyOf(callback)['status'])} answered`);
    return 204;
  });
  await setting.vonage.messages.send(textTo(ends('007')));
  order.push('202');
  expect(order).toEqual([
    'submitted arrived',
    'submitted answered',
    'delivered arrived',
    'delivered answered',
    '202',
  ]);
});

it('sends the first try without a signature and the retry with one', async () => {
  setting.receiver.answer(({ authorization }) => (authorization === null ? 503 : 204));
  await setting.vonage.messages.send(textTo(ends('010')));
  await setting.sandbox.settled();
  const [submitted, delivered] = setting.sandbox.callbacks();
  for (const callback of [submitted, delivered]) {
    expect(callback).toMatchObject({
      outcome: 'delivered',
      attempts: [
        { signed: false, answer: 503 },
        { signed: true, answer: 204 },
      ],
    });
  }
});

it('reports segments where the story has them', async () => {
  await tell(ends('011'));
  await tell(ends('012'));
  const [, delivered, , rejected] = setting.receiver.received.map(
    (callback) => bodyOf(callback)['sms'],
  );
  expect(delivered).toMatchObject({
    count_total: '2',
    segments: [{ status: 'delivered' }, { status: 'delivered' }],
  });
  expect(rejected).toMatchObject({
    count_total: '2',
    segments: [{ status: 'delivered' }, { status: 'rejected', error_code: '1230' }],
  });
});

it.each([
  ['a'.repeat(160), 'auto', '1', '0.0333'],
  ['a'.repeat(161), 'auto', '2', '0.0666'],
  ['ж'.repeat(71), 'auto', '2', '0.0666'],
  ['a'.repeat(71), 'unicode', '2', '0.0666'],
  ['ж'.repeat(71), 'text', '1', '0.0333'],
])('counts and charges segments (%#)', async (text, encodingType, count, price) => {
  const [submitted] = await tell(ORDINARY_NUMBER, { text, sms: { encodingType } });
  expect(bodyOf(submitted as Received)).toMatchObject({
    sms: { count_total: count },
    usage: { currency: 'EUR', price },
  });
});

it.each([
  '',
  'a'.repeat(306),
  'a'.repeat(307),
  `${'a'.repeat(152)}€${'a'.repeat(152)}`,
  `${'ж'.repeat(66)}👍${'ж'.repeat(66)}`,
  '\f'.repeat(80),
])('counts segments as a known calculator does (%#)', (text) => {
  expect(segmentCount(text)).toBe(new SegmentedMessage(text, 'auto').segmentsCount);
});

/** The time between the first and the last callback by their own timestamps, in seconds of the test. */
function secondsTold(callbacks: readonly Received[]): number {
  const times = callbacks.map((one) => Date.parse(String(bodyOf(one)['timestamp'])) / 1_000);
  return (times.at(-1) ?? NaN) - (times[0] ?? NaN);
}

it('lets a message expire when its own ttl is over', async () => {
  const callbacks = await tell(ends('014'), { ttl: 200_000 });
  expect(statusesOf(callbacks)).toEqual(['submitted', 'rejected']);
  expect(errorsOf(callbacks)).toEqual([undefined, '1360']);
  expect(secondsTold(callbacks)).toBe(200_000 * TIME_SCALE);
});

it('lets a message without a ttl expire after 72 hours', async () => {
  const callbacks = await tell(ends('014'));
  expect(errorsOf(callbacks)).toEqual([undefined, '1360']);
  // 2.592 s of the test; callbacks carry whole seconds.
  expect([2, 3]).toContain(secondsTold(callbacks));
});

it.each([
  [
    '030',
    [
      ['submitted', 'rejected'],
      ['submitted', 'delivered'],
      ['submitted', 'rejected'],
    ],
  ],
  [
    '031',
    [
      ['submitted', 'rejected'],
      ['submitted', 'rejected'],
      ['submitted', 'delivered'],
    ],
  ],
])('counts the messages to a number in story %s', async (digits, expected) => {
  const seen: (readonly unknown[])[] = [];
  for (let message = 0; message < 3; message++) {
    const before = setting.receiver.received.length;
    seen.push(statusesOf((await tell(ends(digits))).slice(before)));
  }
  expect(seen).toEqual(expected);
});

describe('a callback that disagrees with the specification', () => {
  const last = async (digits: string, more: object = {}) => {
    const callbacks = await tell(ends(digits), more);
    return callbacks.at(-1) as Received;
  };

  it('has a number as the title of its error', async () => {
    expect(bodyOf(await last('101'))).toMatchObject({ error: { title: 1260 } });
  });

  it('nests its error', async () => {
    expect(bodyOf(await last('102'))).toMatchObject({ error: { error: { title: '1260' } } });
  });

  it('has the older type of error', async () => {
    expect(bodyOf(await last('103'))).toMatchObject({
      error: { type: 'https://developer.nexmo.com/api-errors/messages-olympus#1260' },
    });
  });

  it('counts segments under another name', async () => {
    expect(bodyOf(await last('104'))['sms']).toEqual({ total_count: '1' });
  });

  it('counts a message without failover as the first of a workflow of one', async () => {
    const { message_uuid, workflow } = bodyOf(await last('105'));
    expect(workflow).toEqual({ id: message_uuid, item_number: '1', total_items: '1' });
  });

  it('names the workflow in two other ways', async () => {
    const failover = [smsTo(ORDINARY_NUMBER)];
    expect(bodyOf(await last('105', { failover }))['workflow']).toEqual({
      id: expect.any(String),
      item_number: '1',
      total_items: '2',
    });
    expect(bodyOf(await last('106', { failover }))['workflow']).toEqual({
      id: expect.any(String),
      item_number: '1',
      items_total: '2',
    });
  });

  it('has fields that nobody knows', async () => {
    expect(faultsOfStatus(bodyOf(await last('107')))).toContain(
      ' must NOT have additional properties',
    );
  });

  it('has the v0.1 form, by story or because the message asks for it', async () => {
    const rejected = bodyOf(await last('108'));
    expect(rejected).toMatchObject({
      to: { type: 'sms', number: ends('108') },
      error: { code: 1300, reason: expect.any(String) },
    });
    expect(faultsOf('statusV01', rejected)).toEqual([]);
    const delivered = bodyOf(await last('000', { webhookVersion: 'v0.1' }));
    expect(faultsOf('statusV01', delivered)).toEqual([]);
  });

  it('writes the time in other ways', async () => {
    expect(bodyOf(await last('109'))['timestamp']).toMatch(/T\d\d:\d\d:\d\d\.010Z$/);
    expect(bodyOf(await last('110'))['timestamp']).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$/);
  });

  it('escapes what need not be escaped, and hashes those bytes', async () => {
    const callback = await last('111');
    const text = callback.raw.toString('utf8');
    expect(text).toContain(String.raw`Z\u00fcrich\/\u017di\u017ekov`);
    expect(bodyOf(callback)).toMatchObject({ note: 'Zürich/Žižkov' });
    const { payload_hash } = claimsIn(callback.authorization);
    const sha256 = (bytes: string | Buffer) => createHash('sha256').update(bytes).digest('hex');
    expect(payload_hash).toBe(sha256(callback.raw));
    expect(payload_hash).not.toBe(sha256(JSON.stringify(bodyOf(callback))));
  });

  it('is a receipt of the old SMS API', async () => {
    expect(bodyOf(await last('113'))).toMatchObject({
      'err-code': '0',
      msisdn: ends('113'),
      status: 'delivered',
      to: 'Waybill',
    });
  });

  it('is not JSON', async () => {
    expect((await last('114')).raw.toString()).toMatch(/^message_uuid=.*&status=delivered$/);
  });

  it('has nothing but the required fields', async () => {
    const body = bodyOf(await last('019'));
    expect(Object.keys(body)).toEqual([
      'message_uuid',
      'to',
      'from',
      'timestamp',
      'status',
      'channel',
    ]);
    expect(faultsOfStatus(body)).toEqual([]);
  });
});

describe('a failover', () => {
  const failover = [
    smsTo('447700991210', { client_ref: 'second' }),
    smsTo(ORDINARY_NUMBER, { client_ref: 'third' }),
    smsTo(ORDINARY_NUMBER, { client_ref: 'fourth' }),
  ];
  const first = smsTo('447700991331', { client_ref: 'first', failover });
  const seen = () =>
    setting.receiver.received.map((callback) => {
      const { client_ref, status, workflow } = bodyOf(callback) as {
        client_ref: string;
        status: string;
        workflow: { items_number: string; items_total: string };
      };
      return [client_ref, status, workflow.items_number, workflow.items_total];
    });
  const uuids = () => setting.receiver.received.map((callback) => bodyOf(callback)['message_uuid']);

  it('goes on until a message is not rejected, and says where it stands', async () => {
    const { body } = await send(setting.sandbox.url, first);
    await setting.sandbox.settled();
    expect(faultsOf('accepted', body)).toEqual([]);
    expect(seen()).toEqual([
      ['first', 'submitted', '1', '4'],
      ['first', 'rejected', '1', '4'],
      ['second', 'submitted', '2', '4'],
      ['second', 'rejected', '2', '4'],
      ['third', 'submitted', '3', '4'],
      ['third', 'delivered', '3', '4'],
    ]);
    const workflows = setting.receiver.received.map(
      (callback) => (bodyOf(callback)['workflow'] as { workflow_id: string }).workflow_id,
    );
    expect(new Set(workflows)).toEqual(new Set([body['workflow_id']]));
    expect(uuids()[0]).toBe(body['message_uuid']);
    expect(new Set(uuids()).size).toBe(3);
    expect(
      setting.receiver.received.flatMap((callback) => faultsOfStatus(bodyOf(callback))),
    ).toEqual([]);
  });

  it('shares one id among its messages if it is told to', async () => {
    setting.sandbox.configure({ failoverMessageUuid: 'shared' });
    const { body } = await send(setting.sandbox.url, first);
    await setting.sandbox.settled();
    expect(seen()).toHaveLength(6);
    expect(new Set(uuids())).toEqual(new Set([body['message_uuid']]));
    expect(setting.sandbox.messages()).toMatchObject([{ callbacks: { length: 6 } }]);
  });

  it('does not follow a message that is undeliverable', async () => {
    await send(setting.sandbox.url, { ...first, to: '447700971260' });
    await setting.sandbox.settled();
    expect(seen()).toEqual([['first', 'undeliverable', '1', '4']]);
  });

  it('counts as one send of the client', async () => {
    await send(setting.sandbox.url, first);
    await setting.sandbox.settled();
    expect(setting.sandbox.sendsByClientRef()).toEqual({ first: 1 });
    expect(setting.sandbox.messages()).toHaveLength(3);
  });
});

it('waits longer than one timer of Node can', async () => {
  const own = await startSetting({ timeScale: 10 });
  const weekMs = 7 * 24 * 60 * 60 * 1_000;
  own.sandbox.tellStory({ to: '447700900001', callbacks: [{ status: 'late', afterMs: weekMs }] });
  own.sandbox.tellStory({ to: '447700900002', callbacks: [{ status: 'soon', afterMs: 5 }] });
  await send(own.sandbox.url, smsTo('447700900001'), basic());
  await send(own.sandbox.url, smsTo('447700900002'), basic());
  expect(statusesOf(await own.receiver.first(1))).toEqual(['soon']);
  expect(own.sandbox.callbacks()).toHaveLength(1);
  await own.stop();
});

it('draws the same mixed stories for the same seed', async () => {
  const drawn = async (seed: number): Promise<readonly string[]> => {
    const own = await startSetting({
      seed,
      defaultStory: 'mixed',
      timeScale: TIME_SCALE,
      statusUrl: null,
    });
    for (let message = 0; message < 60; message++) {
      await send(own.sandbox.url, smsTo(ORDINARY_NUMBER), basic());
    }
    const names = own.sandbox.messages().map(({ story }) => story);
    await own.stop();
    return names;
  };
  const first = await drawn(7);
  expect(await drawn(7)).toEqual(first);
  expect(await drawn(8)).not.toEqual(first);
  expect(new Set(first).size).toBeGreaterThan(2);
});
