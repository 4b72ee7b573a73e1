/** The rows of `tables.ts` as Kysely types. */
export interface CopyTables {
  progress: { id: number; position: string; as_of: string; commits: number };
  parked_events: {
    event_id: string;
    event_type: string;
    stream: string;
    revision: string;
    position: string;
    recorded_at: string;
    error: string;
  };
  messages: {
    message_key: number;
    message_id: string;
    facet_id: number;
    recipient: string;
    recipient_reversed: string;
    reference: string | null;
    status_since: number;
    origin: number;
    segments_requested: number;
    created_at: number;
    attempt: number;
    started_at: number | null;
    submitted_at: number | null;
    delivered_at: number | null;
    network_code: string | null;
    error_code: string | null;
    segment_count: number | null;
    currency: string | null;
    amount: number;
    message_uuid: string | null;
    earlier: string | null;
  };
  facets: {
    facet_id: number;
    country: string | null;
    sender: string;
    channel: string;
    status: string;
    error_code: string | null;
    contradicted: number;
    messages: number;
  };
  roll_up_keys: {
    key_id: number;
    country: string | null;
    network_code: string | null;
    sender: string;
    channel: string;
    status: string;
    error_code: string | null;
    currency: string | null;
  };
  roll_up_pages: { level: number; period: number; page: number; content: Uint8Array };
  message_index: { message_uuid: string; message_id: string };
  agenda: {
    message_id: string;
    kind: string;
    attempt: number;
    due_at: string;
    begun_at: string | null;
    lasts_ms: number;
  };
  inbound: {
    message_uuid: string;
    occurred_at: number;
    sender: string;
    recipient: string;
    sender_reversed: string;
    recipient_reversed: string;
    channel: string;
    keyword: string | null;
    content: string;
  };
  quarantine: {
    event_id: string;
    received_at: number;
    webhook: string;
    reason: string;
    sha256: string | null;
    stream: string;
    revision: string;
  };
}

export interface CatalogTables {
  copies: { projection: string; copy: string; version: number };
  ledger: { id: number; identity: string };
}
