import { randomUUID } from 'node:crypto';
import { SignedWebhooks, statusBody } from '../../../support/facts/signed-webhooks.js';
import { eventually } from '../../../support/watching/eventually.js';
import {
  recipient,
  startWaybill,
  stopWaybills,
  type Waybill,
} from '../../../support/worlds/waybill.js';

let waybill: Waybill;
let webhooks: SignedWebhooks;

beforeAll(async () => {
  waybill = await startWaybill();
  webhooks = new SignedWebhooks(waybill.url, waybill.config);
});
afterAll(stopWaybills);

interface Listed {
  readonly items: readonly {
    readonly id: string;
    readonly status: string;
    readonly country: string | null;
  }[];
}

const listed = async (query: string): Promise<Listed['items']> =>
  (await waybill.api.get(`/v1/messages?${query}`)).as<Listed>(200).items;

it('shows a message of others in its country everywhere, also when its person is erased', async () => {
  const to = recipient();
  const uuid = randomUUID();
  await webhooks.post('status', statusBody('delivered', { message_uuid: uuid, to }));
  await eventually(async () => (await listed(`messageUuid=${uuid}`)).length === 1);
  expect(await waybill.message(uuid)).toMatchObject({ to, country: 'GB' });
  const erased = await waybill.api.call('DELETE', `/v1/contacts/${to}/data`, { reason: 'asked' });
  expect(erased.body).toMatchObject({ messages: 1 });
  await eventually(async () => {
    const [row] = await listed(`messageUuid=${uuid}`);
    return (row as { readonly to?: string } | undefined)?.to === 'erased';
  });
  expect((await listed(`messageUuid=${uuid}`))[0]?.country).toBe('GB');
  expect(await waybill.message(uuid)).toMatchObject({ to: 'erased', country: 'GB' });
});
