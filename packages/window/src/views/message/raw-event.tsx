import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { answerOf, http } from '../../data/api.js';
import { CopyButton } from '../../parts/copy-button.js';

/** Shows the raw webhook, loaded on demand. */
export function RawEvent({ id, revision }: { readonly id: string; readonly revision: number }) {
  const [isOpen, setOpen] = useState(false);
  const replay = useQuery({
    queryKey: ['message', id, 'replay'],
    enabled: isOpen,
    queryFn: async () =>
      answerOf(await http.GET('/v1/messages/{id}/events', { params: { path: { id } } })).items,
  });
  const event = replay.data?.find((one) => one.revision === revision);
  const evidence: Evidence | undefined = event?.metadata;
  const webhook = evidence?.webhook;
  return (
    <details
      data-event={revision}
      onToggle={(toggle) => setOpen((toggle.target as HTMLDetailsElement).open)}
    >
      <summary>Raw webhook</summary>
      {replay.isError && <p>It cannot be read now.</p>}
      {webhook !== undefined && (
        <>
          <pre>{shownAs(webhook)}</pre>
          <CopyButton text={webhook.rawBody ?? ''} />
          <CopyButton text={curlOf(id)}>Copy as curl</CopyButton>
        </>
      )}
    </details>
  );
}

/** Asks for the whole record of the message from a terminal. The key is left out: it belongs to the reader. */
const curlOf = (id: string): string =>
  `curl -H "Authorization: Bearer $WAYBILL_KEY" ${window.location.origin}/v1/messages/${id}/events`;

interface Evidence {
  readonly webhook?: Webhook;
}

interface Webhook {
  readonly rawBody?: string;
  readonly sha256?: string;
  readonly jti?: string;
  readonly receivedAt?: string;
}

function shownAs({ rawBody = '', sha256, jti, receivedAt }: Webhook): string {
  let body = rawBody;
  try {
    body = JSON.stringify(JSON.parse(rawBody), null, 1);
  } catch {
    // It is shown as it came.
  }
  return [
    body,
    `received  ${receivedAt ?? ''}`,
    `sha256  ${sha256 ?? ''}`,
    `jti  ${jti ?? ''}`,
  ].join('\n');
}
