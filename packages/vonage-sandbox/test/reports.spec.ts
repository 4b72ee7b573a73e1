import { randomUUID } from 'node:crypto';
import { credentials, ORDINARY_NUMBER, startSetting, stopSettings } from './setting.js';
import { basic, call, send, smsTo } from './wire.js';

afterEach(stopSettings);

const ask = (url: string, query: Readonly<Record<string, string>>) => {
  const account = { account_id: credentials.apiKey, product: 'MESSAGES', direction: 'outbound' };
  const path = `/v2/reports/records?${String(new URLSearchParams({ ...account, ...query }))}`;
  return call(`${url}${path}`, { method: 'GET', headers: { authorization: basic() } });
};

const today = {
  date_start: new Date(Date.now() - 3_600_000).toISOString(),
  date_end: new Date(Date.now() + 3_600_000).toISOString(),
};

it.each(['date_start', 'date_end'])('refuses a %s that is no time', async (name) => {
  const { sandbox } = await startSetting();
  expect(await ask(sandbox.url, { ...today, [name]: 'yesterday' })).toMatchObject({
    status: 422,
    body: { title: 'Invalid filter', detail: `${name} must be a time of ISO 8601` },
  });
});

it.each(['status', 'from', 'include_message'])(
  'refuses to be asked by %s, which it would not heed',
  async (name) => {
    const { sandbox } = await startSetting();
    expect(await ask(sandbox.url, { id: randomUUID(), [name]: 'true' })).toMatchObject({
      status: 422,
      body: { title: 'Invalid filter', detail: `The sandbox does not know the parameter ${name}.` },
    });
  },
);

it('refuses to be asked by a recipient beside ids, which choose alone', async () => {
  const { sandbox } = await startSetting();
  expect(await ask(sandbox.url, { id: randomUUID(), to: ORDINARY_NUMBER })).toMatchObject({
    status: 422,
    body: { title: 'Invalid filter', detail: 'The sandbox does not heed to beside id.' },
  });
});

it('says so when an answer does not hold every record', async () => {
  const { sandbox } = await startSetting({ statusUrl: null });
  const answers = async (count: number) => {
    for (let sent = 0; sent < count; sent++) {
      await send(sandbox.url, smsTo(ORDINARY_NUMBER), basic());
    }
    return (await ask(sandbox.url, today)).body;
  };
  expect(await answers(1_000)).toMatchObject({ request_status: 'SUCCESS', items_count: 1_000 });
  expect(await answers(1)).toMatchObject({ request_status: 'TRUNCATED', items_count: 1_000 });
});
