import DataLoader from 'dataloader';
import { ProjectorUnavailable } from '../../../application/errors.js';
import type { MessageIndex } from '../../../application/ports/message-index.js';
import type { Catalog } from '../copies/catalog.js';
import { messageIndexTable } from '../tables.js';
import type { MessageIndexChanges } from '../../../application/ports/projection-store.js';
import { tableWriter } from '../copies/copy-store.js';

const LOOKUPS_MAX = 1_000;

const MADE_ANEW = 'the index of uuids is being made anew from the ledger';

/**
 * One query answers all lookups of the same moment, such as the webhooks of one commit. It starts after the last of
 * them, so a lookup that starts after a commit sees that commit.
 */
export class MessageIndexTable implements MessageIndex {
  private readonly lookups = new DataLoader<string, string | undefined>(
    (messageUuids) => this.messageIdsOf(messageUuids),
    // An immediate runs after all input that is ready now, so one query serves the requests of this turn.
    { cache: false, maxBatchSize: LOOKUPS_MAX, batchScheduleFn: setImmediate },
  );

  constructor(private readonly catalog: Catalog) {}

  messageIdOf(messageUuid: string): Promise<string | undefined> {
    return this.lookups.load(messageUuid);
  }

  /** Uses a prepared statement instead of building a query. */
  private async messageIdsOf(
    messageUuids: readonly string[],
  ): Promise<readonly (string | undefined | ProjectorUnavailable)[]> {
    const { copy, isOutdated } = await this.catalog.copyOf('message-index');
    const rows = await copy.find(messageIndexTable, 'message_uuid', messageUuids);
    const messageIds = new Map(rows.map((row) => [row['message_uuid'], String(row['message_id'])]));
    // Nothing is written into an outdated copy, so only what it knows is an answer.
    const unknown = isOutdated ? new ProjectorUnavailable(MADE_ANEW) : undefined;
    return messageUuids.map((messageUuid) => messageIds.get(messageUuid) ?? unknown);
  }
}

export const messageIndexWriter = tableWriter<MessageIndexChanges>(messageIndexTable, (owners) => ({
  put: [...owners],
}));
