import { Waybill, WaybillError } from '../src/client.js';
import { startWaybill, stopWaybills } from '../../../test/support/worlds/waybill.js';

afterAll(stopWaybills);

it('tells each fault once', async () => {
  const { url } = await startWaybill();
  const refused: unknown = await new Waybill({ url })
    .send({ to: '12', text: '' })
    .catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(WaybillError);
  expect((refused as WaybillError).message).toBe(
    'to has fewer than 7 digits: give all of them, beginning with the country code; text is empty',
  );
});

it('ends a wait with the reason for which its caller gave up', async () => {
  const waybill = await startWaybill();
  const id = await waybill.send('447700980001');
  const given = new AbortController();
  const waiting = new Waybill({ url: waybill.url }).wait(id, { signal: given.signal });
  given.abort(new Error('The customer has left.'));
  await expect(waiting).rejects.toThrow('The customer has left.');
});
