import { DAY_MS, messagesOf, startsOf } from '../../../packages/window/src/data/messages-behind.js';

const range = { since: '2030-01-01T00:00:00.000Z', until: '2030-01-02T00:00:00.000Z' };
const rowOf = (group: Readonly<Record<string, string | null>>) => ({ group });

it('leads from a group to its messages, and from one without a value nowhere: no list can be asked for them', () => {
  const find = messagesOf(rowOf({ country: 'GB', errorCode: '1310' }), range);
  expect(find).toContain('country=GB&errorCode=1310');
  expect(messagesOf(rowOf({ country: 'GB', errorCode: null }), range)).toBeUndefined();
  expect(messagesOf(rowOf({ country: null }), range)).toBeUndefined();
  // A network is no filter of the list, so the link leads to the country's messages.
  expect(messagesOf(rowOf({ country: 'GB', networkCode: null }), range)).toContain('country=GB');
});

it.each([
  ['2030-01-01T00:00:00.000Z', '2030-01-01T15:00:00.000Z', '2030-01-02T00:00:00.000Z'],
  ['2030-01-02T00:00:00.000Z', '2030-01-02T00:00:00.000Z', '2030-01-02T15:00:00.000Z'],
])('leads from the day %s to what of it the report counts', (day, since, until) => {
  const hours24 = { since: '2030-01-01T15:00:00.000Z', until: '2030-01-02T15:00:00.000Z' };
  const find = new URLSearchParams(messagesOf(rowOf({ day }), hours24)?.slice(2));
  expect([find.get('since'), find.get('until')]).toEqual([since, until]);
});

it('counts the days of a range that begins within a day from their midnights, as reports do', () => {
  const hours24 = { since: '2030-01-01T15:00:00.000Z', until: '2030-01-02T15:00:00.000Z' };
  expect(startsOf(hours24, DAY_MS)).toEqual([
    Date.parse('2030-01-01T00:00:00Z'),
    Date.parse('2030-01-02T00:00:00Z'),
  ]);
});
