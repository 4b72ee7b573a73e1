import type { components } from './schema.js';

/** An event that Waybill posts to an endpoint. */
export interface WebhookEvent {
  /** The same for each repeat and each replay: whoever has taken it takes it for a repeat. */
  readonly id: string;
  /** `endpoint.test` is what `POST /v1/webhook-endpoints/{id}/test` posts. */
  readonly type: components['schemas']['CreateEndpointDto']['events'][number] | 'endpoint.test';
  /** When it happened. */
  readonly timestamp: string;
  /** Its fields are in Waybill's docs/operations.md. `stream` and `revision` tell the order: deliveries come in any. */
  readonly data: Readonly<Record<string, unknown>> & {
    readonly stream?: string;
    readonly revision?: number;
  };
}

/** Somebody else sent it, or it was altered or held up on its way. Answer 401. */
export class WebhookRefused extends Error {
  override readonly name = 'WebhookRefused';
}

/** Headers as `fetch` or as Node has them. */
export type WebhookHeaders =
  | { get(name: string): string | null }
  | Readonly<Record<string, string | readonly string[] | undefined>>;

/** As the libraries of Standard Webhooks. */
const CLOCKS_DIFFER_SECONDS_MAX = 5 * 60;
/** How many signatures are looked at: Waybill signs with ten secrets at most. */
const SIGNATURES_MAX = 20;

/**
 * Returns the event of a webhook that Waybill signed with this secret, by the Standard Webhooks specification.
 * @param secret of the endpoint, `whsec_…`
 * @param body exactly as it arrived: text or bytes, not parsed
 * @throws WebhookRefused
 * @throws TypeError for a secret or a body that is none
 */
export async function verifyWebhook(
  secret: string,
  headers: WebhookHeaders,
  body: string | Uint8Array,
): Promise<WebhookEvent> {
  if (typeof body !== 'string' && !ArrayBuffer.isView(body)) {
    throw new TypeError('The body must be a string or a Uint8Array: as it arrived, not parsed.');
  }
  const id = headerOf(headers, 'webhook-id');
  const timestamp = headerOf(headers, 'webhook-timestamp');
  const signatures = headerOf(headers, 'webhook-signature');
  const seconds = /^\d{1,12}$/.test(timestamp) ? Number(timestamp) : Number.NaN;
  if (!(Math.abs(Date.now() / 1000 - seconds) <= CLOCKS_DIFFER_SECONDS_MAX)) {
    throw new WebhookRefused('The time of the webhook is too far from that of this machine.');
  }
  const encoder = new TextEncoder();
  const bytes = typeof body === 'string' ? encoder.encode(body) : body;
  const start = encoder.encode(`${id}.${timestamp}.`);
  const signed = new Uint8Array(start.length + bytes.length);
  signed.set(start);
  signed.set(bytes, start.length);
  const key = await keyOf(secret);
  for (const signature of signatures.split(' ', SIGNATURES_MAX)) {
    const made = signature.startsWith('v1,') ? bytesOf(signature.slice('v1,'.length)) : undefined;
    if (made === undefined) continue;
    // It takes the same time wherever the signatures differ.
    if (await crypto.subtle.verify('HMAC', key, made, signed)) {
      const event = JSON.parse(new TextDecoder().decode(bytes)) as Omit<WebhookEvent, 'id'>;
      return { ...event, id };
    }
  }
  throw new WebhookRefused('No signature of the webhook was made with this secret.');
}

function headerOf(headers: WebhookHeaders, name: string): string {
  const value =
    typeof headers.get === 'function'
      ? headers.get(name)
      : (headers as Readonly<Record<string, unknown>>)[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new WebhookRefused(`The webhook has no header ${name}.`);
}

/** @throws TypeError for a text that is no secret */
function keyOf(secret: string): Promise<Parameters<typeof crypto.subtle.verify>[1]> {
  const bytes = bytesOf(secret.replace(/^whsec_/, ''));
  if (bytes === undefined || bytes.length === 0) {
    throw new TypeError('The secret must be that of the endpoint: whsec_ and Base64.');
  }
  const hmac = { name: 'HMAC', hash: 'SHA-256' };
  return crypto.subtle.importKey('raw', bytes, hmac, false, ['verify']);
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}
