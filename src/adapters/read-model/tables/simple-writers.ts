import type {
  AgendaTableChanges,
  MessageIndexChanges,
} from '../../../application/ports/projection-store.js';
import type { NewAgendaEntry } from '../../../application/ports/agenda.js';
import type { InboundRow } from '../../../application/projecting/inbound-row.js';
import type { QuarantineRow } from '../../../application/projecting/quarantine-row.js';
import { tableWriter } from '../copies/copy-store.js';
import { reversed } from '../reversed.js';
import { agendaTable, inboundTable, messageIndexTable, quarantineTable } from '../tables.js';

export const messageIndexWriter = tableWriter<MessageIndexChanges>(messageIndexTable, (owners) => ({
  put: [...owners],
}));

export const agendaWriter = tableWriter<AgendaTableChanges>(agendaTable, (changes) => ({
  remove: changes.flatMap(({ messageId, kind, attempt, dueAt }) =>
    dueAt === null ? [[messageId, kind, attempt]] : [],
  ),
  put: changes.flatMap((change) => (change.dueAt === null ? [] : [agendaRow(change)])),
}));

const agendaRow = ({ messageId, kind, attempt, dueAt, begunAt }: NewAgendaEntry) => [
  messageId,
  kind,
  attempt,
  dueAt,
  begunAt,
  begunAt === null ? 0 : Date.parse(dueAt) - Date.parse(begunAt),
];

export const inboundWriter = tableWriter<readonly InboundRow[]>(inboundTable, (rows) => ({
  put: rows.map((row) => [
    row.messageUuid,
    Date.parse(row.occurredAt),
    row.from,
    row.to,
    reversed(row.from),
    reversed(row.to),
    row.channel,
    row.keyword,
    JSON.stringify(row),
  ]),
}));

export const quarantineWriter = tableWriter<readonly QuarantineRow[]>(quarantineTable, (rows) => ({
  put: rows.map((row) => [
    row.eventId,
    Date.parse(row.receivedAt),
    row.webhook,
    row.reason,
    row.sha256,
    row.stream,
    row.revision,
  ]),
}));
