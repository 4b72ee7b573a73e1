import type { IncomingMessage, ServerResponse } from 'node:http';
import { authenticate } from './authentication.js';
import { readBody, requestId, writeProblem } from './http.js';
import type { Settings } from '../options.js';
import { notFound, unauthorized, unsupportedOperation } from './problems.js';
import type { Session } from '../session.js';

/**
 * `PATCH /v1/messages/{message_uuid}`: an inbound WhatsApp or RCS message is marked `read`, an
 * outbound RCS message is `revoked`. Only an application may do it; nothing further happens here.
 */
export async function handleUpdate(
  uuid: string,
  request: IncomingMessage,
  response: ServerResponse,
  settings: Settings,
  session: Session,
): Promise<void> {
  const body = (await readBody(request))?.toString('utf8') ?? '';
  const authentication = authenticate(request.headers.authorization, settings, Date.now());
  if (authentication.kind === 'refused') {
    writeProblem(response, authentication.problem);
  } else if (authentication.caller.kind !== 'application') {
    writeProblem(response, unauthorized());
  } else {
    const allowed = allowedStatus(uuid, session);
    if (allowed === null) writeProblem(response, notFound(`Message with ID ${uuid} not found`));
    else if (allowed !== statusIn(body)) writeProblem(response, unsupportedOperation());
    else response.writeHead(202, requestId()).end();
  }
}

/** Returns the only status that this message may be given; empty if there is none, null if it is unknown. */
function allowedStatus(uuid: string, session: Session): string | null {
  const outbound = session.journal.message(uuid);
  if (outbound !== null) return outbound.channel === 'rcs' ? 'revoked' : '';
  const inbound = session.journal
    .callbacks()
    .find(({ kind, message_uuid }) => kind === 'inbound' && message_uuid === uuid);
  if (inbound === undefined) return null;
  return /"channel":"(?:whatsapp|rcs)"/.test(inbound.body) ? 'read' : '';
}

function statusIn(body: string): unknown {
  try {
    return (JSON.parse(body) as { readonly status?: unknown } | null)?.status;
  } catch {
    return undefined;
  }
}
