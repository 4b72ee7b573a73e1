import { validateHeaderValue } from 'node:http';
import { gzipSync } from 'node:zlib';
import { extremes, jsonBytes, pathsIn, replaced } from '../support/facts/extreme-values.js';
import type { Choice } from './choice.js';

const extremeTexts = extremes.filter((value) => typeof value === 'string');

/** The longest value of a URL or header that leaves room for the rest of the head. */
const HEAD_VALUE_LENGTH_MAX = 20_000;

/** Encoded for a URL; some of them are invalid for every decoder. */
const encodedTexts: readonly string[] = [
  '',
  '%',
  '%zz',
  '%00',
  '%ED%A0%80',
  '%C0%AF',
  '%F0%9F%98',
  '..%2F..%2Fetc%2Fpasswd',
  '%2e%2e',
  '+',
  '%0d%0aX-Injected:%201',
  '\u00ff',
  '__proto__',
  'constructor',
  'toString',
  'null',
  'undefined',
  '-0',
  '1e309',
  '0x10',
  '9007199254740993',
  'delivered,,sent',
  ','.repeat(5_000),
];

const headerTexts: readonly string[] = [
  '',
  ',',
  ';',
  '*/*;q=NaN',
  'text/csv, application/x-ndjson;q=0.5',
  'application/json; charset=utf-16',
  'application/json; charset="',
  'multipart/form-data; boundary=x',
  'application/xml',
  'wait=0.1',
  'wait=-1, wait=1',
  'respond-async; wait=1e9',
  'gzip, gzip, br',
  'identity',
  'Bearer ',
  'Bearer a.b.c',
  'Basic Og==',
  'bytes=0-1',
  '"W/"*"',
  '100-continue',
  '\u00ff\u00fe',
  'x'.repeat(8_000),
];

const headerNames: readonly string[] = [
  'Accept',
  'Accept-Encoding',
  'Authorization',
  'Content-Encoding',
  'Content-Type',
  'Cookie',
  'Expect',
  'Forwarded',
  'Host',
  'Idempotency-Key',
  'If-None-Match',
  'Last-Event-ID',
  'Origin',
  'Prefer',
  'Range',
  'Referer',
  'X-Forwarded-For',
  'X-HTTP-Method-Override',
  'X-Request-Id',
  '__proto__',
  'constructor',
];

/** A value for a path or a query, percent-encoded or broken. */
export function hostileEncoded(choice: Choice): string {
  if (choice.happens(0.5)) return choice.of(encodedTexts);
  return percentEncoded(choice.of(extremeTexts).slice(0, HEAD_VALUE_LENGTH_MAX));
}

/** A lone surrogate, which encodeURIComponent refuses, becomes U+FFFD. */
export const percentEncoded = (text: string): string => encodeURIComponent(text.toWellFormed());

/** A value that a client can send in a header: bytes without control characters. */
export function hostileHeader(choice: Choice): string {
  if (choice.happens(0.6)) return choice.of(headerTexts);
  return headerBytes(choice.of(extremeTexts).slice(0, HEAD_VALUE_LENGTH_MAX));
}

function headerBytes(text: string): string {
  const value = Buffer.from(text).toString('latin1').replaceAll('\0', '');
  try {
    validateHeaderValue('X', value);
    return value;
  } catch {
    return percentEncoded(text);
  }
}

/** Up to three headers that the service does not use, or with values that it does not expect. */
export function hostileHeaders(choice: Choice): Readonly<Record<string, string>> {
  const count = 1 + choice.below(3);
  return Object.fromEntries(
    Array.from({ length: count }, () => [choice.of(headerNames), hostileHeader(choice)]),
  );
}

/** A copy with a few values replaced, or with names added that have a meaning in JavaScript. */
export function disturbed(value: unknown, choice: Choice): Buffer {
  let changed = value;
  const paths = pathsIn(value);
  const changes = choice.below(4);
  for (let change = 0; change < changes && paths.length > 0; change++) {
    changed = replaced(changed, choice.of(paths), choice.of(extremes));
  }
  if (!choice.happens(0.1)) return jsonBytes(changed);
  const text = jsonBytes(changed).toString();
  return Buffer.from(text.replace(/^\{/, `{${choice.of(strangeMembers)},`));
}

const DEPTH = 5_000;

const strangeMembers: readonly string[] = [
  '"__proto__":{"to":"1"}',
  '"constructor":{"prototype":{"status":"delivered"}}',
  '"toString":null',
  '"hasOwnProperty":1',
  '"":""',
  '"to":"1","to":"2"',
  `"deep":${'['.repeat(DEPTH)}${']'.repeat(DEPTH)}`,
  `"deep":${'{"a":'.repeat(DEPTH)}1${'}'.repeat(DEPTH)}`,
];

/** Bodies that are not JSON, or JSON that is not an object. */
const wholeBodies: readonly Buffer[] = [
  '',
  ' ',
  '{',
  '{"to":}',
  'null',
  'true',
  '[]',
  '"text"',
  '1e999',
  '{"to":"\\ud800"}',
  '{"a":1}{"b":2}',
  '\ufeff{"to":"1"}',
  '['.repeat(100_000),
  `{"text":"${'x'.repeat(300_000)}"}`,
  'to=1&text=2',
]
  .map((text) => Buffer.from(text))
  .concat([
    Buffer.from([0]),
    Buffer.from([0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00]),
    Buffer.from('{"to":"\xff\xfe"}', 'latin1'),
    gzipSync('{}'),
    gzipSync('x'.repeat(5_000_000)),
  ]);

export const hostileBody = (choice: Choice): Buffer => choice.of(wholeBodies);
