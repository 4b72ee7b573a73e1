import { randomBytes } from 'node:crypto';
import { startWaybill, stopWaybills, type Waybill } from '../../../support/worlds/waybill.js';

let waybill: Waybill;

beforeAll(async () => {
  waybill = await startWaybill();
});
afterAll(stopWaybills);

/** Far more than an answer needs with the faults that `FaultRoom` lets in. */
const ANSWER_BYTES_MAX = 2 * 256 * 1024;

const manyKeys = (bytes: number): string => {
  const members: string[] = [];
  for (let length = 0; length < bytes; length += 12) members.push(`"k${members.length}":0`);
  return `{${members.join(',')}}`;
};
const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);
const sound = '"to":"447700980000","text":"x"';

describe('a body with too much in it', () => {
  it.each([
    ['distinct keys', `{"messages":[],${manyKeys(1_950_000).slice(1)}`],
    ['messages with distinct keys', `{"messages":[${Array(8).fill(manyKeys(240_000)).join()}]}`],
    [
      'a thousand messages with many distinct keys',
      `{"messages":[${Array(1_000).fill(manyKeys(3_000)).join()}]}`,
    ],
    ['messages that are none', `{"messages":[${Array(1_000).fill('0').join()}]}`],
  ])('gets a bounded answer for %s', async (_, body) => {
    const answer = await waybill.api.post('/v1/messages/batch', body);
    expect([207, 400]).toContain(answer.status);
    expect(Buffer.byteLength(answer.text)).toBeLessThan(ANSWER_BYTES_MAX);
  });

  it('is told how many faults are not listed', async () => {
    const { problem } = await waybill.api.post('/v1/messages', manyKeys(200_000));
    expect(problem.status).toBe(400);
    expect(problem.errors?.at(-1)?.detail).toMatch(/^and \d+,\d{3} more$/);
    expect(Buffer.byteLength(JSON.stringify(problem))).toBeLessThan(ANSWER_BYTES_MAX);
  });

  it('is not told a long name in full', async () => {
    const { problem } = await waybill.api.post('/v1/messages', {
      to: '447700980000',
      text: 'x',
      ['n'.repeat(100_000)]: 1,
    });
    expect(problem.errors).toEqual([
      { pointer: '', detail: `${'n'.repeat(64)}… (100000 characters) is no field here` },
    ]);
  });
});

it.each([
  ['/v1/sending/hold', { reason: '' }, 'reason must have 1 to 500 characters'],
  ['/v1/sending/hold', { reason: 'x'.repeat(501) }, 'reason must have 1 to 500 characters'],
  ['/v1/keys', { name: 'a', scopes: [] }, 'scopes must name at least one'],
  ['/v1/keys', { name: 'n'.repeat(65), scopes: ['read'] }, 'name must'],
])('is told what to do about a fault: %s %j', async (path, body, detail) => {
  const { problem } = await waybill.api.post(path, body);
  expect(problem.errors).toEqual([
    expect.objectContaining({ detail: expect.stringContaining(detail) }),
  ]);
});

it.each([
  ['/v1/messages', 256 * 1024],
  ['/v1/messages/batch', 16 * 1024 * 1024],
])('names the limit of a body: %s', async (path, bytes) => {
  const { problem } = await waybill.api.post(path, ' '.repeat(bytes + 1));
  expect(problem).toMatchObject({
    status: 413,
    detail: `The body is larger than ${bytes / 1024} KiB.`,
  });
});

describe('a body of any depth', () => {
  it.each([
    [`{${sound},"fallback":[[]]}`, '/fallback/0'],
    [`{${sound},"fallback":[${nested(3_000)}]}`, '/fallback/0'],
    [`{${sound},"fallback":${nested(100_000)}}`, '/fallback/0'],
    [`{${sound},"fallback":[{"channel":${nested(3_000)}}]}`, '/fallback/0/channel'],
    [`{${sound},"reference":${nested(3_000)}}`, '/reference'],
    [`{"to":${nested(3_000)},"text":"x"}`, '/to'],
    [`{${sound},"sendAt":${'{"a":'.repeat(3_000)}1${'}'.repeat(3_000)}}`, '/sendAt'],
    [`{${sound},"unknown":${nested(3_000)}}`, '/unknown'],
  ])('is refused where it is wrong: %.60s', async (body, pointer) => {
    const { problem } = await waybill.api.post('/v1/messages', body);
    expect(problem.status).toBe(400);
    expect(problem.errors?.map((fault) => fault.pointer)).toContain(pointer);
    const batch = await waybill.api.post('/v1/messages/batch', `{"messages":[${body}]}`);
    const [item] = batch.as<{ items: { problem: typeof problem }[] }>(207).items;
    expect(item?.problem.errors).toEqual(problem.errors);
  });

  it('is refused as a whole where it is no object', async () => {
    const { problem } = await waybill.api.post('/v1/messages', nested(100_000));
    expect(problem.errors).toEqual([{ pointer: '', detail: 'The body must be a JSON object.' }]);
  });
});

describe('a name that every object has', () => {
  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'])(
    'is no field: %s',
    async (name) => {
      const step = `{"channel":"sms","when":"failure","from":"Waybill","${name}":{}}`;
      const { problem } = await waybill.api.post(
        '/v1/messages',
        `{${sound},"${name}":{},"fallback":[${step}]}`,
      );
      expect(problem.errors).toEqual([
        { pointer: `/${name}`, detail: `${name} is no field here` },
        { pointer: `/fallback/0/${name}`, detail: `fallback/0/${name} is no field here` },
      ]);
    },
  );
});

describe('a batch', () => {
  it.each(['__proto__', 'constructor', 'toString'])('has no field %s', async (name) => {
    const { problem } = await waybill.api.post(
      '/v1/messages/batch',
      `{"messages":[{${sound}}],"${name}":{}}`,
    );
    expect(problem).toMatchObject({ status: 400, errors: [{ pointer: `/${name}` }] });
  });
});

describe('a body that cannot be read', () => {
  const post = (body: Buffer, headers: Record<string, string> = {}) =>
    waybill.api.post('/v1/messages', body, headers);

  it.each(['gzip', 'deflate', 'br', 'zstd'])('is no %s', async (encoding) => {
    for (let length = 1; length < 200; length += 20) {
      const { problem } = await post(randomBytes(length), { 'content-encoding': encoding });
      expect(problem.status).toBe(400);
    }
  });

  it.each([
    ['is in Latin-1', Buffer.from(`{${sound},"reference":"café"}`, 'latin1'), 400],
    ['has half a character', Buffer.from([...Buffer.from('{"to":"'), 0xe2, 0x82]), 400],
  ])('%s', async (_, body, status) => {
    expect((await post(body)).problem.status).toBe(status);
  });

  it('names another charset than UTF-8', async () => {
    const type = 'application/json; charset=iso-8859-1';
    expect((await post(Buffer.from(`{${sound}}`), { 'content-type': type })).status).toBe(415);
    const latin1 = Buffer.from(`{${sound},"reference":"café"}`, 'latin1');
    expect((await post(latin1, { 'content-type': type })).status).toBe(415);
    const utf8 = 'application/json; charset="UTF-8"';
    expect((await post(Buffer.from(`{${sound}}`), { 'content-type': utf8 })).status).toBe(202);
  });
});

it.each([
  [
    '/v1/keys',
    { scopes: ['fly'], expiresAt: '2020-01-31T09:30:00Z' },
    ['/name', '/scopes', '/expiresAt'],
  ],
  ['/v1/webhook-endpoints', { url: 'no address', events: ['x'] }, ['/events', '/url']],
  ['/v1/webhook-endpoints', { url: 5, events: [] }, ['/url', '/events']],
])('names all faults of a request at once: %s', async (path, body, pointers) => {
  const { problem } = await waybill.api.post(path, body);
  expect(problem.errors?.map(({ pointer }) => pointer)).toEqual(pointers);
});

describe('a time in a body', () => {
  const key = { name: 'till', scopes: ['read'] };
  const endpoint = '/v1/webhook-endpoints/01a22923-2c8f-739d-a306-bee26c18d727/replay';

  it.each([
    '2030-W05-4T09:30:00Z',
    '2030-031T09:30:00Z',
    '20300131T093000Z',
    '2030-01-31T09Z',
    '2030-01-31T09:30:00,5Z',
    '2030-01-31T09:30:00+9959',
    '2030-02-30T09:30:00Z',
    '2030-01-31T09:30:00',
    '2030-01-31',
    'tomorrow',
  ])('is refused with the form that is taken: %s', async (time) => {
    const bodies = [
      ['/v1/keys', 'expiresAt', { ...key, expiresAt: time }],
      [endpoint, 'since', { since: time }],
      ['/v1/messages', 'sendAt', { to: '447700980000', text: 'x', sendAt: time }],
    ] as const;
    for (const [path, field, body] of bodies) {
      const { problem } = await waybill.api.post(path, body);
      expect(problem.errors).toEqual([
        {
          pointer: `/${field}`,
          detail: `${field} must be a time with a zone: write it as 2030-01-31T09:30:00Z`,
        },
      ]);
    }
  });

  it.each([
    ['2030-01-31T09:30Z', '2030-01-31T09:30:00.000Z'],
    ['2030-01-31T09:30:00.123456789+01:00', '2030-01-31T08:30:00.123Z'],
    ['2030-01-31T24:00:00-0530', '2030-02-01T05:30:00.000Z'],
  ])('may be written as %s', async (time, moment) => {
    const name = `till-${moment.slice(11, 19).replaceAll(':', '')}`;
    const made = await waybill.api.post('/v1/keys', { ...key, name, expiresAt: time });
    expect(made.as<{ readonly expiresAt: string }>(201).expiresAt).toBe(moment);
  });
});
