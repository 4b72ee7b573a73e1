import type { CopiedEvent } from '../ports/event-store.js';
import type { StoredEvent } from '../ports/stored-events.js';

/** The form in which a copy of a ledger stores each event. */
export interface CopiedForm {
  /** @throws StoreUnavailable */
  of(event: StoredEvent): Promise<CopiedEvent>;
  /** True when the copy says what the event says. @throws StoreUnavailable */
  isCopy(event: StoredEvent, copy: StoredEvent): Promise<boolean>;
}
