import * as fc from 'fast-check';
import { FaultRoom } from '../../../../src/adapters/http/problems/fault-room.js';
import { readBatch } from '../../../../src/adapters/http/messages/read-batch.js';
import type { SoundMessage } from '../../../../src/application/sending/compose-request.js';

/** Accepts every message unchanged, so that the test sees the parsed value. */
const read = async (text: string): Promise<readonly unknown[]> => {
  const bytes = Buffer.from(text);
  const asIs = (message: unknown) => message as SoundMessage;
  const { items, faults } = await readBatch(bytes, asIs, new FaultRoom());
  if (faults.length > 0) throw new Error(faults.map(({ detail }) => detail).join('; '));
  return items.map((item) => ('message' in item ? item.message : item.problem));
};

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

/** Generates JSON with any white space between its tokens. */
const spaced = (value: unknown): fc.Arbitrary<string> =>
  fc
    .tuple(fc.constantFrom(undefined, 1, '\t', '\r\n'), fc.constantFrom('', ' ', '\n\n\t'))
    .map(([indent, around]) => around + JSON.stringify(value, null, indent) + around);

describe('a batch read message by message', () => {
  it('says the same as when it is parsed as a whole', async () => {
    const messages = fc.array(fc.jsonValue(), { minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(
        messages.chain((all) => fc.tuple(fc.constant(all), spaced({ messages: all }))),
        async ([all, text]) => {
          expect(await read(text)).toStrictEqual(JSON.parse(JSON.stringify(all)));
        },
      ),
    );
  });

  it('takes as JSON exactly what JSON.parse takes', async () => {
    const text = fc
      .array(fc.jsonValue(), { minLength: 1, maxLength: 4 })
      .map((messages) => `{"messages":${JSON.stringify(messages)}}`);
    const damage = fc.tuple(
      fc.nat(),
      fc.nat({ max: 3 }),
      fc.constantFrom('', ',', '[', ']', '{', '}', '"', '\\', ':', '0', '\u0001', ' '),
    );
    await fc.assert(
      fc.asyncProperty(text, damage, async (whole, [place, removed, added]) => {
        const at = place % (whole.length + 1);
        const damaged = whole.slice(0, at) + added + whole.slice(at + removed);
        const verdict = await read(damaged).then(
          () => 'taken',
          ({ message }: Error) => (message.includes('valid JSON') ? 'not JSON' : 'refused'),
        );
        // Valid JSON may still be refused as a batch, but never as invalid JSON.
        expect(['refused', isJson(damaged) ? 'taken' : 'not JSON']).toContain(verdict);
      }),
      { numRuns: 2_000 },
    );
  });

  it('takes a priority of null as if there were none', async () => {
    expect(await read('{"priority":null,"messages":[{"text":"x"}]}')).toStrictEqual([
      { text: 'x' },
    ]);
    await expect(read('{"priority":"slow","messages":[0]}')).rejects.toThrow('must be one of');
  });

  it.each([
    ['[]', 'The body must be a JSON object.'],
    ['', 'The body must be a JSON object.'],
    ['{}', 'messages is missing'],
    ['{"messages":[]}', 'messages must be one message at least'],
    ['{"messages":{}}', 'messages must be an array'],
    [`{"messages":[${'0,'.repeat(1_000)}0]}`, 'messages must be 1000 messages at most'],
    ['{"messages":[0],"__proto__":1}', '__proto__ is no field here'],
    ['{"messages":[0],"messages":[0]}', 'twice'],
    [`{"messages":["${'x'.repeat(300_000)}"]}`, '262144 bytes at most'],
    [`{"messages":[${'['.repeat(300_000)}`, '262144 bytes at most'],
    [`{"messages":[0],${'"a":0,'.repeat(4_711)}"a":0}`, 'and 4,212 more'],
  ])('refuses %.30s', async (text, reason) => {
    await expect(read(text)).rejects.toThrow(reason);
  });

  it('refuses what is not UTF-8', async () => {
    const latin1 = Buffer.from('{"messages":["café"]}', 'latin1');
    const reading = readBatch(latin1, (message) => message as SoundMessage, new FaultRoom());
    await expect(reading).rejects.toThrow('not encoded in UTF-8');
  });
});
