import * as fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { extremes, jsonBytes, pathsIn, replaced } from './extreme-values.js';
import { inboundShapes, statusShapes, type Shape } from './webhook-shapes.js';

export interface ArbitraryWebhook {
  readonly kind: 'status' | 'inbound';
  readonly body: Buffer;
}

/** The shapes that together contain each known field. */
const coveredShapes = [
  ...[statusShapes.at(0), statusShapes.at(-1)].map((shape) => ['status', shape] as const),
  ...[inboundShapes.at(0), inboundShapes.at(4), inboundShapes.at(-1)].map(
    (shape) => ['inbound', shape] as const,
  ),
];

/**
 * Bodies that give every field, in turn, every extreme value, without a seed. All fields change at once, each
 * to another value, so one shape needs only as many bodies as there are values. Fields that decide if a body is
 * understood at all stay, or the other fields would not be read.
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
      return { kind, body: jsonBytes({ ...(changed as Shape), message_uuid: randomUUID() }) };
    });
  });
}

/** Generates bodies of a known shape with a few values replaced. @param about messages that they may concern */
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
      return { kind, body: jsonBytes(changed) };
    });
}
