import { isDeepStrictEqual } from 'node:util';
import { LRUCache } from 'lru-cache';
import { copiedOf } from '../../../application/migrating/copy-ledger.js';
import type { CopiedForm } from '../../../application/migrating/copied-form.js';
import type { CopiedEvent } from '../../../application/ports/event-store.js';
import type { KeyStore } from '../../../application/ports/key-store.js';
import type { Person, PersonalKeys } from '../../../application/ports/personal-keys.js';
import type { StoredEvent, StoredEvents } from '../../../application/ports/stored-events.js';
import { closeBox, openBox } from './box.js';
import { putBack, takeOut } from './personal-values.js';
import { contextOf, personalPathsOf, SEAL_FIELD } from './seal-event.js';
import { ERASED } from '../../../domain/erasure-events.js';

/** Streams whose person is in the cache, about 200 bytes each. */
const STREAMS_MAX = 200_000;
/** Exchanged ids in the cache, about 200 bytes each. Whatever names one stands near it. */
const IDS_MAX = 500_000;
/** Ids of facts are UUIDs of version 8. */
const FACT_ID = /[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/g;

type Json = Record<string, unknown>;
type Part = 'data' | 'metadata';

interface PlainTexts {
  readonly id: string;
  readonly data: string;
  readonly metadata: string;
}

export interface EncryptionPorts {
  readonly keys: Pick<KeyStore, 'keyedHash'> & PersonalKeys;
  /** Of the ledger that is copied. */
  readonly stored: Pick<StoredEvents, 'stream'>;
  /** The id of a webhook's fact, of its body's digest. */
  readonly factIdOf: (digest: string) => string;
}

/**
 * Encrypts the personal fields of events that an earlier version recorded in plain text, and takes keyed digests for the digests of
 * webhooks from which a number could be guessed. What is encrypted already, and what cannot be read, stays as it is.
 */
export class EncryptedForm implements CopiedForm {
  private readonly persons = new LRUCache<string, { readonly person: Person | undefined }>({
    max: STREAMS_MAX,
  });
  private readonly ids = new LRUCache<string, string>({ max: IDS_MAX });
  private readonly counts = { encrypted: 0, unreadable: 0 };

  constructor(private readonly ports: EncryptionPorts) {}

  /** Events that could not be read, and were copied byte by byte: they may hold plain text. */
  get unreadable(): number {
    return this.counts.unreadable;
  }

  get encrypted(): number {
    return this.counts.encrypted;
  }

  async of(event: StoredEvent): Promise<CopiedEvent> {
    const copied = copiedOf(event);
    const { type, version } = event;
    const data = jsonIn(copied.stored.data);
    const metadata = jsonIn(copied.stored.metadata);
    if (data === undefined || metadata === undefined) {
      this.counts.unreadable++;
      return copied;
    }
    if (SEAL_FIELD in data || SEAL_FIELD in metadata) return copied;
    const texts = await this.withKeyedIds({ id: event.id, ...copied.stored }, metadata);
    const sealed = await this.seal(event, texts);
    if (sealed === undefined)
      return {
        id: texts.id,
        stored: { type, version, data: texts.data, metadata: texts.metadata },
      };
    this.counts.encrypted++;
    return { id: texts.id, stored: { type, version, ...sealed } };
  }

  async isCopy(event: StoredEvent, copy: StoredEvent): Promise<boolean> {
    const { id, stored } = copiedOf(event);
    const there = copiedOf(copy).stored;
    const data = jsonIn(stored.data);
    const metadata = jsonIn(stored.metadata);
    if (
      data === undefined ||
      metadata === undefined ||
      SEAL_FIELD in data ||
      SEAL_FIELD in metadata
    ) {
      return id === copy.id && stored.data === there.data && stored.metadata === there.metadata;
    }
    const texts = await this.withKeyedIds({ id, ...stored }, metadata);
    if (texts.id !== copy.id) return false;
    const opened = await this.open(copy, there);
    return (
      isDeepStrictEqual(opened.data, jsonIn(texts.data)) &&
      isDeepStrictEqual(opened.metadata, jsonIn(texts.metadata))
    );
  }

  /** Exchanges the unkeyed digest of a webhook wherever an id is made of it. */
  private async withKeyedIds(texts: PlainTexts, metadata: Json): Promise<PlainTexts> {
    const webhook = metadata['webhook'] as Json | undefined;
    const sha256 = webhook?.['sha256'];
    let { metadata: metadataText } = texts;
    if (webhook !== undefined && typeof sha256 === 'string' && webhook['digest'] === undefined) {
      const digest = (await this.ports.keys.keyedHash('webhook-body', sha256)).toString('hex');
      const { factIdOf } = this.ports;
      this.ids.set(factIdOf(sha256), factIdOf(digest));
      metadataText = JSON.stringify({ ...metadata, webhook: { ...webhook, digest } });
    }
    const exchanged = (text: string): string =>
      text.replaceAll(FACT_ID, (id) => this.ids.get(id) ?? id);
    return {
      id: exchanged(texts.id),
      data: exchanged(texts.data),
      metadata: exchanged(metadataText),
    };
  }

  private async seal(
    { stream, type }: StoredEvent,
    { id, data, metadata }: PlainTexts,
  ): Promise<{ readonly data: string; readonly metadata: string } | undefined> {
    const paths = personalPathsOf(type);
    const values = { data: [] as unknown[], metadata: [] as unknown[] };
    const clear = {
      data: takeOut(JSON.parse(data) as Json, paths.data, values.data) as Json,
      metadata: takeOut(JSON.parse(metadata) as Json, paths.metadata, values.metadata) as Json,
    };
    if (values.data.length === 0 && values.metadata.length === 0) return undefined;
    const person = (await this.personOf(stream)) ?? namedIn(JSON.parse(data) as Json, stream);
    const found = await this.ports.keys.sealingKey(person, String(clear.metadata['recordedAt']));
    if ('erased' in found) {
      putBack(clear.data, paths.data, () => ERASED);
      putBack(clear.metadata, paths.metadata, () => ERASED);
      return {
        data: JSON.stringify({ ...clear.data, [SEAL_FIELD]: `${found.erased}:` }),
        metadata: JSON.stringify(clear.metadata),
      };
    }
    const box = (part: Part): string =>
      values[part].length === 0
        ? ''
        : closeBox(found.key, JSON.stringify(values[part]), contextOf(part, stream, id));
    const sealedMetadata =
      values.metadata.length === 0
        ? clear.metadata
        : { ...clear.metadata, [SEAL_FIELD]: `${found.id}:${box('metadata')}` };
    return {
      data: JSON.stringify({ ...clear.data, [SEAL_FIELD]: `${found.id}:${box('data')}` }),
      metadata: JSON.stringify(sealedMetadata),
    };
  }

  private async open(
    { stream, id, type }: StoredEvent,
    there: { readonly data: string; readonly metadata: string },
  ): Promise<{ readonly data: Json | undefined; readonly metadata: Json | undefined }> {
    const paths = personalPathsOf(type);
    const opened = async (part: Part): Promise<Json | undefined> => {
      const json = jsonIn(there[part]);
      if (json === undefined || !(SEAL_FIELD in json)) return json;
      const { [SEAL_FIELD]: seal, ...content } = json;
      const [keyId = '', box = ''] = String(seal).split(':');
      if (box === '') return content;
      await this.ports.keys.fetchKeys(new Set([keyId]));
      const key = this.ports.keys.knownKey(keyId);
      if (key === undefined) return undefined;
      const values = JSON.parse(openBox(key, box, contextOf(part, stream, id))) as unknown[];
      let next = 0;
      putBack(content, paths[part], () => values[next++]);
      return content;
    };
    return { data: await opened('data'), metadata: await opened('metadata') };
  }

  /** All events of a stream belong to the person whom its first one names; if it names nobody, each to whom it names itself. */
  private async personOf(stream: string): Promise<Person | undefined> {
    const known = this.persons.get(stream);
    if (known !== undefined) return known.person;
    const [first] = await this.ports.stored.stream(stream);
    const data = first && jsonIn(copiedOf(first).stored.data);
    const person = data && namedIn(data, stream);
    this.persons.set(stream, { person });
    return person;
  }
}

/** Nobody becomes known again who was erased since. */
function namedIn(data: Json, stream: string): Person | undefined {
  const number = data[numberFieldOf(stream)];
  return typeof number === 'string' && number !== '' ? { number, mayReturn: false } : undefined;
}

function numberFieldOf(stream: string): string {
  if (stream.startsWith('message-')) return 'to';
  if (stream.startsWith('inbound-')) return 'from';
  return stream.startsWith('contact-') ? 'number' : '';
}

function jsonIn(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Json) : undefined;
  } catch {
    return undefined;
  }
}
