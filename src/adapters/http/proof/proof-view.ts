import type { StoredEvent } from '../../../application/ports/stored-events.js';
import type { MessageProof } from '../../../application/proof/prove-message.js';

/** An event as it is stored. */
interface StoredView extends Pick<StoredEvent, 'stream' | 'id' | 'type' | 'version'> {
  readonly revision: number;
  /** The stored text: its bytes in UTF-8 are those that the entry has the digest of. */
  readonly data: string;
  readonly metadata: string;
}

/** A proof as the API gives it; `npm run verify -- --proof` reads it. */
export interface ProofView {
  readonly key: string;
  readonly entries: readonly {
    /** Base64. */
    readonly entry: string;
    readonly event: StoredView;
    readonly proof: string;
  }[];
  readonly waiting: number;
}

export const viewProof = ({ keys, entries, waiting }: MessageProof): ProofView => ({
  key: keys.split('\n')[0] ?? '',
  entries: entries.map(({ event, entry, proof }) => ({
    entry: Buffer.from(entry).toString('base64'),
    event: {
      stream: event.stream,
      revision: Number(event.revision),
      id: event.id,
      type: event.type,
      version: event.version,
      data: Buffer.from(event.data).toString('utf8'),
      metadata: Buffer.from(event.metadata).toString('utf8'),
    },
    proof,
  })),
  waiting,
});
