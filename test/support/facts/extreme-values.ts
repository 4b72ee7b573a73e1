/** Stands for a missing field. */
const ABSENT = Symbol('absent');

/** Stands for a number that JSON can write but no double can represent. */
const BEYOND_DOUBLES = '@beyond-doubles@';

const longText = (length: number): string =>
  Array.from({ length }, (_, index) =>
    String.fromCodePoint(0x4e00 + ((index * 7919) % 20_000)),
  ).join('');

/** Values that a JSON field may have and that no reader expects. */
export const extremes: readonly unknown[] = [
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
  // PostgreSQL can compress the text above, but not this one.
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
  // ISO 8601 knows these forms too, and `Date` does not.
  '2030-W05-4T09:30:00Z',
  '20300131T093000Z',
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

export type Path = readonly (string | number)[];

/** Returns the path of every value, including arrays and objects. */
export const pathsIn = (value: unknown, path: Path = []): readonly Path[] => {
  if (typeof value !== 'object' || value === null) return [path];
  const inside = Object.entries(value).flatMap(([name, inner]) =>
    pathsIn(inner, [...path, Array.isArray(value) ? Number(name) : name]),
  );
  return path.length === 0 ? inside : [path, ...inside];
};

/** Returns a copy with another value at the path; ABSENT removes the field. */
export function replaced(value: unknown, [name, ...rest]: Path, by: unknown): unknown {
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

/** Writes JSON in which numbers may exceed a double; ABSENT as a whole writes nothing. */
export const jsonBytes = (value: unknown): Buffer =>
  value === ABSENT
    ? Buffer.alloc(0)
    : Buffer.from(JSON.stringify(value).replaceAll(/"(-?)@beyond-doubles@"/g, '$11e999'));
