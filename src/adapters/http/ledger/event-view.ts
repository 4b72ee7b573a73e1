import type { Effect } from '../../../application/auditing/replay-message.js';
import type {
  Damage,
  EventMetadata,
  RecordedEvent,
} from '../../../application/ports/event-store.js';

/** An event as the API shows it. */
export interface EventView {
  readonly id: string;
  readonly stream: string;
  readonly revision: number;
  /** Opaque; pass it as `after` to continue behind it. */
  readonly position: string;
  readonly type: string;
  readonly version: number;
  readonly recordedAt: string;
  /** Null where the event cannot be read. */
  readonly data: Readonly<Record<string, unknown>> | null;
  /** Parts of it may be missing where the event cannot be read. */
  readonly metadata: Partial<EventMetadata>;
  readonly effect?: Effect | null;
  /** The reason why the event cannot be read; absent for an intact one. */
  readonly damaged?: Damage['reason'];
}

export const viewEvent = (recorded: RecordedEvent): EventView => ({
  id: recorded.id,
  stream: recorded.stream,
  revision: Number(recorded.revision),
  position: recorded.position,
  type: recorded.damage?.type ?? recorded.event.type,
  version: recorded.version,
  recordedAt: recorded.metadata.recordedAt,
  data: recorded.damage === undefined ? recorded.event.data : null,
  metadata: recorded.metadata,
  ...(recorded.damage === undefined ? {} : { damaged: recorded.damage.reason }),
});
