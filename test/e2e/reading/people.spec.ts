import { randomUUID } from 'node:crypto';
import { eventually } from '../../support/watching/eventually.js';
import { inboundBody, SignedWebhooks, statusBody } from '../../support/facts/signed-webhooks.js';
import {
  recipient,
  startWaybill,
  stopWaybills,
  type Waybill,
} from '../../support/worlds/waybill.js';

let waybill: Waybill;
let webhooks: SignedWebhooks;

beforeAll(async () => {
  waybill = await startWaybill({ config: { defaultCountry: 'GB' } });
  webhooks = new SignedWebhooks(waybill.url, waybill.config);
});

afterAll(stopWaybills);

const idsOf = async (query: string): Promise<readonly string[]> => {
  const answer = await waybill.api.get(`/v1/messages?${query}`);
  return answer.as<{ items: { id: string }[] }>(200).items.map(({ id }) => id);
};

describe('a recipient and a sender, as people write them', () => {
  it.each(['sms', 'mms', 'whatsapp', 'viber_service', 'rcs'])(
    'reach Vonage as digits on %s',
    async (channel) => {
      const digits = recipient();
      const national = `0${digits.slice(2, 6)} ${digits.slice(6)}`;
      const id = await waybill.send(`\u202a${national}\u202c`, {
        channel,
        from: '+44 (0)7700 900001',
      });
      expect(await waybill.message(id)).toMatchObject({
        to: digits,
        from: '447700900001',
        country: 'GB',
      });
      const sent = await eventually(() => {
        const [request] = waybill.sandbox.requests().filter(({ to }) => to === digits);
        if (request === undefined) throw new Error('nothing was sent yet');
        return request;
      });
      expect(sent).toMatchObject({ to: digits });
    },
  );

  it('are refused where they cannot be, with the reason', async () => {
    const { problem } = await waybill.trySend({
      to: '+44 7700 900123',
      from: '+44 7700 900001',
      channel: 'messenger',
    });
    expect(problem).toMatchObject({
      status: 400,
      errors: [
        { pointer: '/to', detail: expect.stringContaining('not by phone numbers') },
        { pointer: '/from', detail: expect.stringContaining('not by phone numbers') },
      ],
    });
  });
});

describe('a reference', () => {
  it.each([
    ['of 201 characters', 'x'.repeat(201)],
    ['of 101 emoji', '📦'.repeat(101)],
    ['of 150 characters with 150 variation selectors', 'x\ufe0f'.repeat(150)],
    ['of no characters', ''],
  ])('is refused: %s', async (_, reference) => {
    const { problem } = await waybill.trySend({ to: recipient(), reference });
    expect(problem).toMatchObject({ status: 400, errors: [{ pointer: '/reference' }] });
  });

  it('that is taken can be searched', async () => {
    const reference = `${'📦'.repeat(90)} ${randomUUID().slice(0, 10)}`;
    const id = await waybill.send(recipient(), { reference });
    await eventually(async () => {
      expect(await idsOf(`reference=${encodeURIComponent(reference)}`)).toEqual([id]);
      return true;
    });
  });
});

describe('a search', () => {
  let id: string;
  let digits: string;

  beforeAll(async () => {
    digits = recipient('422');
    id = await waybill.send(digits);
    await waybill.until(id, 'failed');
    await eventually(async () => (await idsOf(`to=${digits}&status=failed`)).length === 1);
  });

  it('finds a number however it is written, and by its last digits', async () => {
    const end = digits.slice(2);
    for (const to of [`0${end}`, `0044${end}`, `+44 (0)${end}`, `tel:+44-${end}`, ` 44${end}`]) {
      expect([to, await idsOf(`to=${encodeURIComponent(to)}`)]).toEqual([to, [id]]);
    }
    expect(await idsOf(`to=${digits.slice(-8)}`)).toEqual([id]);
    expect(await idsOf(`to=${digits.slice(-8)}&from=%2B447700900001`)).toEqual([id]);
    expect(await idsOf(`to=${digits.slice(-8)}&from=900001`)).toEqual([id]);
    expect(await idsOf(`to=${digits.slice(-8)}&from=900002`)).toEqual([]);
  });

  it('takes several statuses, and minutes in a time zone', async () => {
    expect(await idsOf(`status=rejected,failed&to=${digits}`)).toEqual([id]);
    expect(await idsOf(`status=rejected,delivered&to=${digits}`)).toEqual([]);
    const zone = 'timeZone=Asia/Kolkata';
    expect(await idsOf(`to=${digits}&since=2020-01-01T01:55&${zone}`)).toEqual([id]);
    expect(await idsOf(`to=${digits}&until=2020-01-01T01:55&${zone}`)).toEqual([]);
  });

  it('says what it cannot understand', async () => {
    const query = 'to=%2B44%2012&from=12&since=2026-11-28T01:55&status=gone&timeZone=Mars';
    const { problem } = await waybill.api.get(`/v1/messages?${query}`);
    expect(problem.errors?.map(({ parameter }) => parameter).toSorted()).toEqual([
      'from',
      'since',
      'status',
      'timeZone',
      'to',
    ]);
  });
});

it('finds our own message by the uuid that Vonage gave to it', async () => {
  const id = await waybill.send(recipient());
  const { attempts } = await waybill.until(id, 'delivered');
  const uuid = attempts[0]?.messageUuid?.toUpperCase() ?? '';
  await eventually(async () => {
    expect(await waybill.message(uuid)).toMatchObject({ id });
    return true;
  });
  expect(await waybill.history(uuid)).toEqual(await waybill.history(id));
  const { problem } = await waybill.api.post(`/v1/messages/${uuid}/cancel`);
  expect(problem.type).toBe('/problems/message-not-cancellable');
});

describe('a list by Vonage’s uuid', () => {
  it('finds the message by the uuid of any attempt, if all else matches', async () => {
    const to = recipient('002');
    const reference = randomUUID();
    const fallback = [{ channel: 'viber_service', when: 'failure', from: '447700900001' }];
    const id = await waybill.send(to, { reference, fallback });
    const attempts = await eventually(async () => {
      const shown = (await waybill.message(id)).attempts;
      if (shown.filter(({ status }) => status === 'rejected').length === 2) return shown;
      throw new Error(`not both attempts are rejected yet: ${JSON.stringify(shown)}`);
    });
    for (const { messageUuid } of attempts) {
      const one = `messageUuid=${messageUuid?.toUpperCase()}`;
      await eventually(async () => {
        expect(await idsOf(one)).toEqual([id]);
        return true;
      });
      await eventually(async () => {
        expect(await idsOf(`${one}&status=rejected&to=${to}&reference=${reference}`)).toEqual([id]);
        return true;
      });
      const others = ['status=delivered', 'to=447700900999', 'reference=x', 'until=2020-01-01'];
      for (const other of others) {
        expect([other, await idsOf(`${one}&${other}`)]).toEqual([other, []]);
      }
      const lines = await waybill.api.get(`/v1/messages?${one}`, { accept: 'text/csv' });
      expect(lines.text).toContain(id);
    }
    expect(await idsOf(`messageUuid=${id}`)).toEqual([]);
  });

  it('finds a message of others', async () => {
    const body = statusBody('delivered');
    const uuid = String(body['message_uuid']);
    await webhooks.post('status', body);
    await eventually(async () => {
      expect(await idsOf(`messageUuid=${uuid}`)).toEqual([uuid]);
      return true;
    });
  });

  it('is empty for a uuid that nobody knows, and refused for what is none', async () => {
    expect(await idsOf(`messageUuid=${randomUUID()}`)).toEqual([]);
    const { problem } = await waybill.api.get('/v1/messages?messageUuid=12');
    expect(problem).toMatchObject({ status: 400, errors: [{ parameter: 'messageUuid' }] });
  });
});

it('takes a time zone without a time, and names one that is none', async () => {
  const lists = ['/v1/messages', '/v1/inbound', '/v1/reports/delivery'];
  for (const path of [...lists, `/v1/messages/${await waybill.send(recipient())}`]) {
    const { status } = await waybill.api.get(`${path}?timeZone=Asia/Kolkata`);
    expect([path, status]).toEqual([path, 200]);
    const { problem } = await waybill.api.get(`${path}?timeZone=Mars`);
    expect([path, problem.errors?.map(({ detail }) => detail)]).toEqual([
      path,
      [expect.stringContaining('timeZone is no time zone')],
    ]);
  }
});

describe('null in a request', () => {
  const optional = [
    'from',
    'channel',
    'reference',
    'sendAt',
    'ttlSeconds',
    'confirmWithinSeconds',
    'encoding',
    'fallback',
  ];

  it.each(optional)('is as if absent: %s', async (name) => {
    const to = recipient();
    const key = { 'idempotency-key': randomUUID() };
    const first = await waybill.trySend({ to, [name]: null }, key);
    expect(first.status).toBe(202);
    for (const body of [{ to, [name]: null }, { to }, { to, [name]: null }]) {
      const again = await waybill.trySend(body, key);
      expect([again.status, again.text]).toEqual([202, first.text]);
    }
    const { id } = first.as<{ id: string }>(202);
    await waybill.until(id, 'delivered');
    expect(waybill.sandbox.requests().filter((one) => one.to === to)).toHaveLength(1);
  });

  it('is as if absent in all fields at once, and in a step of a fallback', async () => {
    const fallback = [{ channel: 'sms', when: 'failure', from: 'Waybill', to: null, text: null }];
    const nulls = Object.fromEntries(optional.map((name) => [name, null]));
    for (const more of [nulls, { fallback }]) {
      const id = await waybill.send(recipient(), more);
      expect(await waybill.until(id, 'delivered')).toMatchObject({ id, status: 'delivered' });
    }
  });
});

it('finds inbound messages by uuid in capitals, last digits and keyword, and exports them', async () => {
  const body = inboundBody({ from: '447700900777', text: '⛔️ Stop', sms: {} });
  const uuid = String(body['message_uuid']);
  await webhooks.post('inbound', body);
  await waybill.untilListed(uuid);
  expect((await waybill.api.get(`/v1/inbound/${uuid.toUpperCase()}`)).status).toBe(200);
  for (const query of ['from=07700900777', 'from=900777', 'from=%2B447700900777', 'keyword=stop']) {
    const { items } = (await waybill.api.get(`/v1/inbound?${query}`)).as<{
      items: { messageUuid: string }[];
    }>(200);
    expect([query, items.map(({ messageUuid }) => messageUuid)]).toEqual([query, [uuid]]);
  }
  const csv = await waybill.api.get('/v1/inbound?from=900777', { accept: 'text/csv' });
  expect(csv.headers.get('content-type')).toContain('text/csv');
  expect(csv.text.split('\r\n')).toHaveLength(3);
  expect(csv.text).toContain(`${uuid},sms,447700900777,447700900001,text,⛔️ Stop,STOP`);
});
