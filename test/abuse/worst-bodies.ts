import { gzipSync } from 'node:zlib';
import type { Random } from '../../testing/seeded-random.js';

export interface WorstBody {
  readonly name: string;
  readonly bytes: Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

const KB = 1_000;
const MB = 1_000_000;

/** Just below the largest body of most routes, and of a batch. */
const BODY_BYTES = 250 * KB;
const BATCH_BYTES = 15 * MB;
const BATCH_MESSAGES = 1_000;

const sound = '"to":"447700980000","text":"x"';

/** Each is the worst of its kind for the route that takes it, and no less welcome at all others. */
export function worstBodies(random: Random): readonly WorstBody[] {
  const bodies: Record<string, string | Buffer> = {
    'distinct names': names(BODY_BYTES, random),
    'distinct names, far too many': names(BATCH_BYTES, random),
    'a batch of few messages with many names': batch(60, () => names(BODY_BYTES, random)),
    'a batch of many messages with many names': batch(BATCH_MESSAGES, () => names(14 * KB, random)),
    'a batch of millions of numbers': `{"messages":[${'0,'.repeat(BATCH_BYTES / 2)}0]}`,
    'arrays in arrays': nested('[', ']', BODY_BYTES / 2),
    'objects in objects': nested('{"a":', '}', BATCH_BYTES / 6),
    'arrays in a list': `{${sound},"fallback":[${nested('[', ']', 100 * KB)}]}`,
    'messages in messages': batch(1, () => nested('{"messages":[', ']}', BODY_BYTES / 15)),
    'a batch of faults in every step': batch(BATCH_MESSAGES, () => faultySteps(2 * KB)),
    'a recipient of many digits': `{"to":"${'0'.repeat(BODY_BYTES)}","text":"x"}`,
    'many recipients of many signs': batch(
      60,
      () => `{"to":"${'+ ('.repeat(BODY_BYTES / 3)}","text":"x"}`,
    ),
    'a moment without end': `{"sendAt":"${'2030-01-01T'.repeat(BODY_BYTES / 12)}",${sound}}`,
    'escaped characters': `{"to":"447700980000","text":"${String.raw`\ud83d\ude00`.repeat(BODY_BYTES / 12)}"}`,
    'a batch of escaped quotes': `{"messages":"${String.raw`\"`.repeat(BATCH_BYTES / 2)}"}`,
    'one long name': `{${sound},"${'n'.repeat(BODY_BYTES - KB)}":1}`,
    'one long number': `{${sound},"sendAt":${'9'.repeat(BODY_BYTES - KB)}}`,
    'names that objects have': batch(BATCH_MESSAGES, () => '{"__proto__":{"toString":[]}}'),
    'the largest messages that are sound': batch(BATCH_MESSAGES / 10, () => largestMessage(random)),
    'the text of a webhook': webhookText(BODY_BYTES - KB),
    'the figures of a webhook': webhookFigures(BODY_BYTES / 4),
    'no UTF-8': Buffer.alloc(BODY_BYTES, 0xff),
  };
  return [
    ...Object.entries(bodies).map(([name, body]) => ({ name, bytes: Buffer.from(body) })),
    ...packedBodies(random),
  ];
}

function packedBodies(random: Random): readonly WorstBody[] {
  const bomb = gzipSync(Buffer.alloc(200 * MB, 0x20));
  const packedNames = gzipSync(names(BATCH_BYTES, random));
  const packed = { 'Content-Encoding': 'gzip' };
  return [
    { name: 'spaces, packed', bytes: bomb, headers: packed },
    {
      name: 'spaces, packed twice',
      bytes: gzipSync(bomb),
      headers: { 'Content-Encoding': 'gzip, gzip' },
    },
    { name: 'distinct names, packed', bytes: packedNames, headers: packed },
    { name: 'a package cut short', bytes: packedNames.subarray(0, BODY_BYTES), headers: packed },
    ...['gzip', 'zstd', 'br', 'deflate'].map((encoding) => ({
      name: `junk as ${encoding}`,
      bytes: Buffer.alloc(BODY_BYTES, 0x55),
      headers: { 'Content-Encoding': encoding },
    })),
    {
      name: 'another charset',
      bytes: Buffer.from(`{${sound}}`, 'utf16le'),
      headers: { 'Content-Type': 'application/json; charset=utf-16' },
    },
  ];
}

/** An object of so many bytes in which no name is like another. */
function names(bytes: number, random: Random): string {
  const start = Math.floor(random() * MB);
  const members: string[] = [];
  for (let length = 2; length < bytes - 16;) {
    const member = `"k${start + members.length}":0`;
    length += member.length + 1;
    members.push(member);
  }
  return `{${members.join(',')}}`;
}

const batch = (count: number, message: (index: number) => string): string =>
  `{"messages":[${Array.from({ length: count }, (_, index) => message(index)).join(',')}]}`;

const nested = (open: string, close: string, depth: number): string =>
  open.repeat(depth) + close.repeat(depth);

function faultySteps(textCharacters: number): string {
  const step = `{"channel":"sms","when":"failure","from":"\\u0000","text":"${'é'.repeat(textCharacters / 2)}"}`;
  return `{"to":"447700980000","text":"","encoding":"x","fallback":[${Array(5).fill(step).join(',')}]}`;
}

/** Texts of their own for five steps, in characters of four bytes. */
function largestMessage(random: Random): string {
  const text = (): string => `${Math.floor(random() * MB)} ${'𝄞'.repeat(1_500)}`;
  const step = (): string =>
    `{"channel":"whatsapp","when":"failure","from":"447700900001","text":"${text()}"}`;
  return `{"to":"447700980000","text":"${text()}","fallback":[${Array.from({ length: 5 }, step).join(',')}]}`;
}

const webhookText = (bytes: number): string =>
  JSON.stringify({
    message_uuid: 'aaaaaaaa-bbbb-4ccc-8ddd-0123456789ab',
    to: '447700900001',
    from: '447700900123',
    timestamp: '2026-11-28T09:00:00Z',
    channel: 'sms',
    message_type: 'text',
    text: '\u200b\u0301'.repeat(bytes / 5),
  });

const webhookFigures = (bytes: number): string =>
  JSON.stringify({
    message_uuid: 'aaaaaaaa-bbbb-4ccc-8ddd-0123456789ab',
    to: '9'.repeat(bytes),
    from: '447700900001',
    timestamp: `2026-11-28T09:00:00.${'0'.repeat(bytes)}Z`,
    status: 'submitted',
    channel: 'sms',
    usage: { currency: 'EUR', price: `0.${'3'.repeat(bytes)}` },
  });
