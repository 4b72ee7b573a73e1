import type { CopiedEvent, NewEvent } from '../../../application/ports/event-store.js';
import type { PersonalKey } from '../../../application/ports/personal-keys.js';
import { ERASED } from '../../../domain/erasure-events.js';
import type { DomainEventType } from '../../../domain/events.js';
import { eventCodec } from '../event-codec.js';
import { eventTypes } from '../event-types.js';
import { closeBox } from './box.js';
import { putBack, splitPath, takeOut, type SplitPath } from './personal-values.js';

/** The stored field that holds a key's id and the box, in data and in metadata: `<person>.<month>:<box>`. */
export const SEAL_FIELD = '$sealed';

export interface PersonalPaths {
  readonly data: readonly SplitPath[];
  readonly metadata: readonly SplitPath[];
}

const pathsByType = new Map<string, PersonalPaths>(
  Object.entries(eventTypes).map(([type, { personal }]) => [
    type,
    { data: personal.data.map(splitPath), metadata: personal.metadata.map(splitPath) },
  ]),
);

const nowhere: PersonalPaths = { data: [], metadata: [] };

export const personalPathsOf = (type: string): PersonalPaths => pathsByType.get(type) ?? nowhere;

/** The place that a box belongs to. No stream's name holds a line's end. */
export const contextOf = (part: 'data' | 'metadata', stream: string, eventId: string): string =>
  `${part}\n${stream}\n${eventId}`;

/** The parts of an event before its key is known. */
export interface Opened {
  readonly clear: { readonly data: object; readonly metadata: object };
  readonly values: { readonly data: readonly unknown[]; readonly metadata: readonly unknown[] };
}

type Json = Record<string, unknown>;

/** Takes the personal values out of an event; undefined when it has none. */
export function openForSealing({ event, metadata }: NewEvent): Opened | undefined {
  const paths = personalPathsOf(event.type);
  const ofData: unknown[] = [];
  const ofMetadata: unknown[] = [];
  const data = takeOut(event.data, paths.data, ofData);
  // Only the evidence of a webhook is personal.
  const clear =
    metadata.webhook === undefined
      ? metadata
      : takeOut(metadata as unknown as Json, paths.metadata, ofMetadata);
  if (ofData.length === 0 && ofMetadata.length === 0) return undefined;
  return { clear: { data, metadata: clear }, values: { data: ofData, metadata: ofMetadata } };
}

/** Encodes an event with its personal values in boxes. The data names the key also when only the metadata has a box. */
export function sealEvent(
  stream: string,
  { id, event }: NewEvent,
  { clear, values }: Opened,
  { id: keyId, key }: PersonalKey,
): CopiedEvent {
  const box = (part: 'data' | 'metadata'): string =>
    values[part].length === 0
      ? ''
      : closeBox(key, JSON.stringify(values[part]), contextOf(part, stream, id));
  const { stored } = encoded(id, event.type, clear);
  const seal = (json: string, part: 'data' | 'metadata'): string =>
    `${json.slice(0, -1)},"${SEAL_FIELD}":"${keyId}:${box(part)}"}`;
  return {
    id,
    stored: {
      type: stored.type,
      version: stored.version,
      data: seal(stored.data, 'data'),
      metadata: values.metadata.length === 0 ? stored.metadata : seal(stored.metadata, 'metadata'),
    },
  };
}

/** Encodes an event about an erased person: the values are gone, and the person's id stays. */
export function encodeErased(
  { id, event }: NewEvent,
  { clear }: Opened,
  person: string,
): CopiedEvent {
  const paths = personalPathsOf(event.type);
  const data: Json = { ...(clear.data as Json) };
  const metadata: Json = { ...(clear.metadata as Json) };
  putBack(data, paths.data, () => ERASED);
  putBack(metadata, paths.metadata, () => ERASED);
  return encoded(id, event.type, { data: { ...data, [SEAL_FIELD]: `${person}:` }, metadata });
}

function encoded(id: string, type: string, { data, metadata }: Opened['clear']): CopiedEvent {
  const typed = { type: type as DomainEventType, data } as unknown as NewEvent['event'];
  const texts = eventCodec.encode({ id, event: typed, metadata: metadata as NewEvent['metadata'] });
  return {
    id,
    stored: { type, version: texts.version, data: texts.data, metadata: texts.metadata },
  };
}
