import * as fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { inboundShapes, statusShapes, type Shape } from './webhook-shapes.js';

export interface ArbitraryWebhook {
  readonly kind: 'status' | 'inbound';
  readonly body: Buffer;
}

const ABSENT = Symbol('absent');

/** Stands for a number that JSON can write and no double can hold. */
const BEYOND_DOUBLES = '@beyond-doubles@';

const longText = (length: number): string =>
  Array.from({ length }, (_, index) =>
    String.fromCodePoint(0x4e00 + ((index * 7919) % 20_000)),
  ).join('');

const extremes: readonly unknown[] = [
  ABSENT,
  null,
  true,
  [],
  {},
  [[null, { title: ' 1230 ' }], 'x'],
  { error: { error: { error: '1000' } } },
  '',
  ' ',
  'x'.repeat(100_000),
  // PostgreSQL can compress the one above, but not this.
  longText(5_000),
  '9'.repeat(400),
  `0.${'9'.repeat(300)}`,
  0,
  -1,
  -0.5,
  1e-7,
  5e-324,
  1e21,
  1.7e308,
  2 ** 53,
  BEYOND_DOUBLES,
  `-${BEYOND_DOUBLES}`,
  'NaN',
  'Infinity',
  '0.06659999999999999',
  '0000000000.0333',
  '12345678.5',
  '-3.33e-2',
  '1e999999999',
  '99999999999999999999',
  '1230 ',
  '123456',
  '9999-12-31T23:59:59Z',
  '2090-01-01T00:00:00Z',
  '2026-02-30T01:00:00Z',
  '1969-12-31T23:59:59Z',
  '0000-01-01T00:00:00Z',
  '+275760-09-13T00:00:00Z',
  253_402_300_799_999,
  'a\u0000b',
  '\ud800',
  'x\udc00y'.repeat(80),
  'ﬁ\u0390ŉ'.repeat(100),
  'Zwölf بند 🍏 \u202e\u200f',
  '__proto__',
  '=1+1',
  "'; DROP TABLE messages; --",
];

type Path = readonly (string | number)[];

/** Of every value in it, also those that hold others. */
const pathsIn = (value: unknown, path: Path = []): readonly Path[] => {
  if (typeof value !== 'object' || value === null) return [path];
  const inside = Object.entries(value).flatMap(([name, inner]) =>
    pathsIn(inner, [...path, Array.isArray(value) ? Number(name) : name]),
  );
  return path.length === 0 ? inside : [path, ...inside];
};

function replaced(value: unknown, [name, ...rest]: Path, by: unknown): unknown {
  if (name === undefined) return by;
  if (typeof value !== 'object' || value === null) return value;
  const copy = (Array.isArray(value) ? [...(value as unknown[])] : { ...value }) as Record<
    string | number,
    unknown
  >;
  const inner = replaced(copy[name], rest, by);
  if (inner === ABSENT) delete copy[name];
  else copy[name] = inner;
  return copy;
}

const bytesOf = (value: unknown): Buffer =>
  Buffer.from(JSON.stringify(value).replaceAll(/"(-?)@beyond-doubles@"/g, '$11e999'));

/** The shapes in which each known field occurs. */
const coveredShapes = [
  ...[statusShapes.at(0), statusShapes.at(-1)].map((shape) => ['status', shape] as const),
  ...[inboundShapes.at(0), inboundShapes.at(4), inboundShapes.at(-1)].map(
    (shape) => ['inbound', shape] as const,
  ),
];

/**
 * Bodies in which every field, in turn, has every extreme value: no seed decides what is tried. All fields change at
 * once, each to another value, so as many bodies as there are values will do for a shape. What decides whether a body is
 * understood at all stays, or nothing else of it would be read.
 */
export function everyExtremeInEveryField(): readonly ArbitraryWebhook[] {
  return coveredShapes.flatMap(([kind, shape]) => {
    const leaves = pathsIn(shape).filter((path) => {
      const value = path.reduce<unknown>((inner, name) => (inner as Shape)[name], shape);
      return typeof value !== 'object' && path[0] !== 'status';
    });
    return extremes.map((_, turn) => {
      const changed = leaves.reduce<unknown>(
        (value, path, index) => replaced(value, path, extremes[(index + turn) % extremes.length]),
        shape,
      );
      return { kind, body: bytesOf({ ...(changed as Shape), message_uuid: randomUUID() }) };
    });
  });
}

/** A body of a known shape of which a few values are others. @param about what it may be about */
export function arbitraryWebhooks(about: readonly Shape[]): fc.Arbitrary<ArbitraryWebhook> {
  const own = fc.option(fc.constantFrom(...about), { nil: undefined });
  return fc
    .record({
      kind: fc.constantFrom('status' as const, 'inbound' as const),
      shape: fc.nat(),
      subject: own,
      messageUuid: fc.uuid({ version: 4 }),
      status: fc.constantFrom('submitted', 'delivered', 'read', 'rejected', 'failed'),
      changes: fc.array(fc.tuple(fc.nat(), fc.constantFrom(...extremes)), { maxLength: 3 }),
    })
    .map(({ kind, shape, subject, messageUuid, status, changes }) => {
      const shapes = kind === 'status' ? statusShapes : inboundShapes;
      const whole: Shape = {
        ...shapes[shape % shapes.length],
        message_uuid: messageUuid,
        ...(kind === 'status' ? { status, ...subject } : {}),
      };
      const paths = pathsIn(whole);
      const changed = changes.reduce<unknown>(
        (value, [path, by]) => replaced(value, paths[path % paths.length] ?? [], by),
        whole,
      );
      return { kind, body: bytesOf(changed) };
    });
}
