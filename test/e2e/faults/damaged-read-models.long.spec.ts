import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { damageKinds, damages, foldIn, type DamageKind } from '../../support/files/damage-file.js';
import { eventually } from '../../support/watching/eventually.js';
import { SignedWebhooks } from '../../support/facts/signed-webhooks.js';
import {
  recipient,
  startWaybill,
  stopWaybills,
  type Waybill,
} from '../../support/worlds/waybill.js';

const HEALING_MS = 60_000;

afterEach(stopWaybills);

/** Each case has a sandbox of its own, so the cases share recipients. */
const [since, ...recipients] = [recipient(), recipient(), recipient(), recipient()];

const parts = ['catalog', 'agenda', 'message-index', 'messages', 'inbound', 'quarantine'] as const;
type Part = (typeof parts)[number];

/** Returns the newest copy, which is the one in use. */
function fileOf({ directory }: Waybill, part: Part): string {
  if (part === 'catalog') return join(directory, 'read-model.sqlite');
  const name = readdirSync(directory)
    .filter((one) => new RegExp(`^read-model-${part}-\\d+\\.sqlite$`).test(one))
    .toSorted()
    .at(-1);
  if (name === undefined) throw new Error(`there is no copy of ${part}`);
  return join(directory, name);
}

interface Ready {
  readonly status: string;
  readonly parts: Readonly<Record<string, { readonly state: string; readonly reason?: string }>>;
}

const ready = async ({ api }: Waybill): Promise<Ready> =>
  JSON.parse((await api.get('/health/ready')).text) as Ready;

const listed = async ({ api }: Waybill): Promise<readonly string[]> => {
  const list = (await api.get('/v1/messages')).as<{ items: readonly { id: string }[] }>(200);
  return list.items.map(({ id }) => id);
};

async function withMessages(): Promise<{ waybill: Waybill; ids: readonly string[] }> {
  const waybill = await startWaybill();
  const ids: string[] = [];
  for (const to of recipients) ids.push(await waybill.send(to));
  for (const id of ids) await waybill.until(id, 'delivered');
  await eventually(async () => (await listed(waybill)).length === ids.length);
  return { waybill, ids };
}

/** Every damage must end in this state: the same lists, ready again, and nothing sent twice. */
async function expectHealed(waybill: Waybill, ids: readonly string[]): Promise<void> {
  const last = await waybill.send(since);
  await waybill.until(last, 'delivered', HEALING_MS);
  await eventually(
    async () => {
      expect([...(await listed(waybill))].toSorted()).toEqual([...ids, last].toSorted());
      expect(waybill.log.says('its file was damaged or lost')).toBe(true);
      expect(await ready(waybill)).toMatchObject({ status: 'ready' });
      return true;
    },
    { withinMs: HEALING_MS },
  );
  expect((await waybill.api.get('/v1/sending')).as<object>(200)).toMatchObject({
    state: 'flowing',
  });
  expect(waybill.sandbox.messages()).toHaveLength(ids.length + 1);
}

/** All kinds for the catalog and for the data that sending needs; the same code reads the others. */
const kindsFor = (part: Part): readonly DamageKind[] =>
  part === 'catalog' || part === 'agenda' ? damageKinds : ['random bytes in its pages', 'no file'];

const cases = parts.flatMap((part) => kindsFor(part).map((kind) => [part, kind] as const));

it.each(cases)('starts with a damaged file of %s (%s) and makes it anew', async (part, kind) => {
  const { waybill, ids } = await withMessages();
  await waybill.stop();
  damages[kind](fileOf(waybill, part));
  await waybill.start();
  await expectHealed(waybill, ids);
  expect(waybill.log.says('A file of the read models is damaged or lost')).toBe(true);
});

const whileRunning: readonly DamageKind[] = ['random bytes in its pages', 'another content'];

it.each(parts.flatMap((part) => whileRunning.map((kind) => [part, kind] as const)))(
  'goes on when the file of %s is damaged while it runs (%s)',
  async (part, kind) => {
    const { waybill, ids } = await withMessages();
    const file = fileOf(waybill, part);
    foldIn(file);
    damages[kind](file);
    const webhooks = new SignedWebhooks(waybill.url, waybill.config);
    expect((await webhooks.post('inbound', { damaged: part })).status).toBeLessThan(500);
    await expectHealed(waybill, ids);
    expect(waybill.log.says('A file of the read models is damaged or lost')).toBe(true);
  },
);
