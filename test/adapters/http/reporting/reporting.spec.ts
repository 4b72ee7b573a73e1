import { randomUUID } from 'node:crypto';
import { firstWords } from '../../../../src/application/auditing/read-texts.js';
import type { ListedMessages } from '../../../../src/application/reporting/message-list.js';
import type { DeliveryReport } from '../../../../src/application/reporting/delivery-report.js';
import { eventually } from '../../../support/watching/eventually.js';
import { startWaybill, stopWaybills, type Waybill } from '../../../support/worlds/waybill.js';

const MESSAGES = 12;
/** The second hides one behind a semicolon, at which spreadsheets of many countries cut cells. */
const formulas: readonly string[] = [
  '=cmd|"/c calc"!A1',
  'order;=1+1;"=2+2; -3;\u00a0+4;a=5',
  '-3+4',
  '-0.25',
];

describe('questions about many messages', () => {
  let waybill: Waybill;

  beforeAll(async () => {
    waybill = await startWaybill();
    for (let number = 0; number < MESSAGES; number++) {
      const reference = formulas[number] ?? `order-${number}`;
      const accepted = await waybill.api.post('/v1/messages', {
        to: `4477009001${String(number).padStart(2, '0')}`,
        text: 'Hello',
        reference,
      });
      accepted.as(202);
    }
    await eventually(
      async () => {
        const list = await listed('?status=delivered');
        // The rows appear before the projector reports that nothing is left to do.
        return list.items.length === MESSAGES && list.asOf.behindEvents === 0;
      },
      { withinMs: 30_000 },
    );
  });

  afterAll(() => stopWaybills(), 30_000);

  const listed = async (query: string): Promise<ListedMessages> =>
    (await waybill.api.get(`/v1/messages${query}`)).as<ListedMessages>(200);

  it('pages through the list without a gap or a repeat, and says how fresh it is', async () => {
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: ListedMessages = await listed(
        `?limit=5${cursor === '' ? '' : `&cursor=${cursor}`}`,
      );
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
      expect(page.asOf.behindEvents).toBe(0);
      expect(Date.parse(page.asOf.time ?? '')).toBeGreaterThan(Date.now() - 60_000);
    }
    expect(new Set(seen).size).toBe(MESSAGES);
    expect(seen).toHaveLength(MESSAGES);
  });

  it('finds by number however it is written, and by reference', async () => {
    expect((await listed('?to=%2B44%207700%20900103')).items).toHaveLength(1);
    expect((await listed('?reference=order-4&country=GB')).items).toHaveLength(1);
    expect((await listed('?reference=order-4&country=US')).items).toHaveLength(0);
  });

  it('finds by channel however it is written, but not by one of blanks', async () => {
    expect((await listed('?channel=%20SMS')).items).toHaveLength(MESSAGES);
    expect((await listed('?channel=pigeon')).items).toEqual([]);
    const { problem } = await waybill.api.get('/v1/messages?errorCode=%20&channel=%C2%A0');
    expect(problem.errors?.map(({ parameter }) => parameter)).toEqual(['errorCode', 'channel']);
  });

  it.each(['/v1/messages?reference=caf%E9', '/v1/messages?to=%', '/v1/events?after=%E0%A4%A'])(
    'refuses a question that is not encoded correctly: %s',
    async (path) => {
      const { problem } = await waybill.api.get(path);
      expect(problem).toMatchObject({
        status: 400,
        detail: 'The address is not encoded correctly.',
      });
    },
  );

  it.each(['/v1/messages?country=UK', '/v1/reports/delivery?country=ZZ'])(
    'refuses a country that there is not, which would find nothing: %s',
    async (path) => {
      const detail = 'country must be one in two capital letters (ISO 3166-1), for example GB';
      const { problem } = await waybill.api.get(path);
      expect(problem.errors).toEqual([{ parameter: 'country', detail }]);
    },
  );

  it('records no reason that is not encoded correctly', async () => {
    const { problem } = await waybill.api.call(
      'DELETE',
      '/v1/suppressions/447700900101?reason=caf%E9',
    );
    expect(problem.status).toBe(400);
  });

  it('names every fault of a question at once', async () => {
    const { problem } = await waybill.api.get(
      '/v1/messages?status=gone&country=england&limit=501&since=2026-02-30&contradicted=perhaps' +
        '&colour=red&cursor=made-up&until=2026-01-01T00:00:00+02:00&from=%00',
    );
    expect(problem.status).toBe(400);
    const named = problem.errors?.map(({ parameter }) => parameter);
    expect(named?.toSorted()).toEqual([
      'colour',
      'contradicted',
      'country',
      'cursor',
      'from',
      'limit',
      'since',
      'status',
      'until',
    ]);
  });

  it('refuses a cursor that was altered, or that belongs to another question', async () => {
    const { nextCursor } = await listed('?limit=2');
    const altered = Buffer.from('["x",1]').toString('base64url');
    for (const query of [
      `?cursor=${altered}`,
      '?cursor=%21',
      `?status=sent&cursor=${nextCursor}`,
    ]) {
      const { problem } = await waybill.api.get(`/v1/messages${query}`);
      expect([problem.status, problem.errors?.[0]?.parameter]).toEqual([400, 'cursor']);
    }
  });

  it('exports all that match as CSV that a spreadsheet cannot run, and as NDJSON', async () => {
    const csv = await waybill.api.get('/v1/messages', { accept: 'text/csv' });
    expect(csv.status).toBe(200);
    expect(csv.headers.get('vary')).toContain('Accept');
    expect(csv.headers.get('content-disposition')).toContain('messages.csv');
    expect(Date.parse(csv.headers.get('waybill-as-of') ?? '')).toBeGreaterThan(0);
    expect(csv.text.split('\r\n')).toHaveLength(MESSAGES + 2);
    expect(csv.text).toContain(`"'=cmd|""/c calc""!A1"`);
    expect(csv.text).toContain(`,"'-3+4",`);
    // A negative number alone is none, and reports have such costs.
    expect(csv.text).toContain(',-0.25,');
    expect(csv.text).toContain(`"order;'=1+1;'""=2+2;' -3;'\u00a0+4;a=5"`);
    const ndjson = await waybill.api.get('/v1/messages?reference=order-5', {
      accept: 'application/x-ndjson',
    });
    expect(ndjson.lines).toEqual([expect.objectContaining({ reference: 'order-5' })]);
  });

  it('gives the first words of several messages in their order, and null for what nobody knows', async () => {
    const { items } = await listed('?limit=2');
    const ids = [...items.map(({ id }) => id).toReversed(), randomUUID()];
    const texts = await waybill.api.get(`/v1/messages/texts?ids=${ids.join(',')}`);
    expect(texts.body).toEqual({
      items: ids.map((id, index) => ({ id, text: index < 2 ? 'Hello' : null })),
    });
    for (const wrong of ['', 'ids=', 'ids=one', `ids=${Array(51).fill(ids[0]).join(',')}`]) {
      const { problem } = await waybill.api.get(`/v1/messages/texts?${wrong}`);
      expect([problem.status, problem.errors?.[0]?.parameter]).toEqual([400, 'ids']);
    }
  });

  it('cuts a long text between two words, and never inside a letter', () => {
    expect(firstWords('Your code is 493021.')).toBe('Your code is 493021.');
    expect(firstWords(`${'word '.repeat(30)}end`)).toBe(`${'word '.repeat(20).trim()}…`);
    expect(firstWords('🍏'.repeat(101))).toBe(`${'🍏'.repeat(100)}…`);
  });

  it('reports by any grouping, as JSON and as CSV', async () => {
    const report = (
      await waybill.api.get('/v1/reports/delivery?groupBy=country,channel,day')
    ).as<DeliveryReport>(200);
    expect(report.rows).toHaveLength(1);
    expect(report.rows[0]).toMatchObject({
      group: { country: 'GB', channel: 'sms' },
      messages: MESSAGES,
      byStatus: { delivered: { messages: MESSAGES, share: 1 } },
      deliveredShare: 1,
      timeToDelivery: { measured: MESSAGES },
    });
    const csv = await waybill.api.get('/v1/reports/delivery?groupBy=country', {
      accept: 'text/csv',
    });
    expect(csv.text).toMatch(/^country,messages,.*\r\nGB,12,/);
  });

  it('reports only what went to one country, from one sender', async () => {
    const rowsOf = async (query: string) =>
      (await waybill.api.get(`/v1/reports/delivery?${query}`)).as<DeliveryReport>(200).rows;
    const [all] = await rowsOf('groupBy=from');
    expect(await rowsOf(`country=GB&from=${all?.group.from}`)).toEqual([{ ...all, group: {} }]);
    expect(await rowsOf('country=GB&groupBy=from')).toEqual([all]);
    for (const written of [`%2B${all?.group.from}`, `00${all?.group.from}`]) {
      expect(await rowsOf(`from=${written}`)).toEqual([{ ...all, group: {} }]);
    }
    expect(await rowsOf('country=FR')).toEqual([]);
    expect(await rowsOf('from=nobody&groupBy=day,country')).toEqual([]);
    const { problem } = await waybill.api.get('/v1/reports/delivery?country=france');
    expect(problem.errors?.[0]?.parameter).toBe('country');
    const national = await waybill.api.get('/v1/reports/delivery?from=07700+900001');
    expect(national.problem.errors?.[0]?.parameter).toBe('from');
  });

  it('refuses groups that do not exist, and hours without an end', async () => {
    const unknown = await waybill.api.get('/v1/reports/delivery?groupBy=country,colour');
    expect(unknown.problem.errors).toEqual([
      { parameter: 'groupBy', detail: expect.stringContaining('no "colour"') },
    ]);
    const endless = await waybill.api.get('/v1/reports/delivery?groupBy=hour');
    expect(endless.problem.errors?.[0]?.parameter).toBe('groupBy');
    const backwards = await waybill.api.get(
      '/v1/reports/delivery?since=2030-01-02&until=2030-01-01',
    );
    expect(backwards.problem.errors?.[0]?.parameter).toBe('until');
  });

  it('gives confidence as a hint until enough was measured', async () => {
    const { countries } = (await waybill.api.get('/v1/reports/confidence')).as<{
      readonly countries: readonly object[];
    }>(200);
    expect(countries).toEqual([
      expect.objectContaining({ country: 'GB', receipts: 'reliable', basis: 'hint' }),
    ]);
  });

  it('streams changes, and resumes behind the last one without a gap or a repeat', async () => {
    const { text: ledger } = await waybill.api.get('/v1/events');
    const expected = ledger
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as { readonly position: string; readonly stream: string })
      // The stream tells of messages only; the ledger also names its key store.
      .filter(({ stream }) => /^(?:message|inbound)-/.test(stream))
      .map(({ position }) => position);
    const half = Math.floor(expected.length / 2);
    const middle = await framesOf(`${waybill.url}/v1/stream?after=0`, {}, half);
    const rest = await framesOf(
      `${waybill.url}/v1/stream`,
      { 'last-event-id': middle.at(-1) ?? '' },
      expected.length - half,
    );
    expect([...middle, ...rest]).toEqual(expected);
    for (const id of ['a b', 'x', String(expected.length + 1_000)]) {
      const bad = await waybill.api.get('/v1/stream', { 'last-event-id': id });
      expect(bad.problem.errors?.[0]?.parameter).toBe('Last-Event-ID');
    }
    const ahead = await waybill.api.get(`/v1/stream?after=${expected.length + 1_000}`);
    expect(ahead.problem.errors?.[0]?.parameter).toBe('after');
  });

  it('tells a new reader where to resume, although nothing has changed yet', async () => {
    const [begin] = await framesOf(`${waybill.url}/v1/stream`, {}, 1);
    const { id } = (
      await waybill.api.post('/v1/messages', { to: '447700900199', text: 'While you were away' })
    ).as<{ readonly id: string }>(202);
    const response = await fetch(`${waybill.url}/v1/stream`, {
      headers: { 'last-event-id': begin ?? '' },
    });
    const reader = response.body?.getReader();
    let text = '';
    while (!text.includes('"type"')) {
      const { value } = (await reader?.read()) ?? {};
      text += Buffer.from(value ?? []).toString();
    }
    await reader?.cancel();
    expect(/^data: (.*)$/m.exec(text)?.[1]).toContain(`"MessageRequested","messageId":"${id}"`);
  });

  it('answers HEAD of the stream, and ends', async () => {
    const response = await fetch(`${waybill.url}/v1/stream`, { method: 'HEAD' });
    expect(response.headers.get('content-type')).toContain('text/event-stream');
  });

  it('shows parked events and quarantine, and answers 404 for an unknown inbound message', async () => {
    expect((await waybill.api.get('/v1/parked-events')).body).toMatchObject({ items: [] });
    expect((await waybill.api.get('/v1/parked-events?limit=5')).problem.errors).toEqual([
      { parameter: 'limit', detail: 'limit is no parameter here; there are none' },
    ]);
    expect((await waybill.api.post('/v1/parked-events/retry')).body).toEqual({
      streams: 0,
      stillParked: 0,
    });
    expect((await waybill.api.get('/v1/quarantine')).body).toMatchObject({
      items: [],
      asOf: { behindEvents: expect.any(Number) },
    });
    expect((await waybill.api.get('/v1/inbound')).body).toMatchObject({ items: [] });
    expect((await waybill.api.get('/v1/inbound/unknown')).problem.status).toBe(404);
  });
});

/** Returns the ids of the first events of a stream. */
async function framesOf(
  url: string,
  headers: Readonly<Record<string, string>>,
  count: number,
): Promise<readonly string[]> {
  const leaving = new AbortController();
  const response = await fetch(url, { headers, signal: leaving.signal });
  const ids: string[] = [];
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk as Uint8Array).toString();
    ids.length = 0;
    for (const [, id] of text.matchAll(/^id: (.*)$/gm)) ids.push(id ?? '');
    if (ids.length >= count) break;
  }
  leaving.abort();
  return ids.slice(0, count);
}
