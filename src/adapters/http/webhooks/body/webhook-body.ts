import { explainLegacyErrorCode } from '../../../../domain/delivery-errors/legacy-catalogue.js';
import { objectOf, textOf, type Fields } from '../webhook-fields.js';

export type WebhookBody =
  | { readonly ok: true; readonly fields: Fields; readonly messageUuid: string }
  | { readonly ok: false; readonly reason: string };

/** Parses the part that all webhooks of the Messages API share: a JSON object that names a message. */
export function parseWebhookBody(body: Buffer): WebhookBody {
  const fields = fieldsOf(body);
  if (fields === null) return notUnderstood('the body is not a JSON object');
  const messageUuid = textOf(fields['message_uuid'])?.toLowerCase() ?? null;
  if (messageUuid === null) {
    return notUnderstood(legacyReason(fields) ?? 'the body names no message_uuid');
  }
  if (!uuid.test(messageUuid)) return notUnderstood('the message_uuid is not a UUID');
  return { ok: true, fields, messageUuid };
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

function fieldsOf(body: Buffer): Fields | null {
  const text = body.toString('utf8');
  try {
    return objectOf(JSON.parse(text));
  } catch {
    // The older SMS API sends forms or query strings by default.
    return legacyForm.test(text) ? Object.fromEntries(new URLSearchParams(text)) : null;
  }
}

const legacyForm = /(?:^|[?&])(?:msisdn|messageId|err-code)=/;

const remedy =
  'in the Vonage dashboard, under API Settings, set the default SMS setting to "Messages API"; until then ' +
  'nothing about an SMS can be read here';

/**
 * While the account's default SMS setting is "SMS API", Vonage sends all SMS webhooks in that API's older form,
 * whatever the application's setting (its guide on migrating SMS to the Messages API).
 */
function legacyReason(fields: Fields): string | null {
  const errorCode = textOf(fields['err-code']);
  if (errorCode !== null) {
    const meaning = explainLegacyErrorCode(errorCode);
    return `a delivery receipt of the older SMS API (${meaning}): ${remedy}`;
  }
  if ('msisdn' in fields || 'messageId' in fields) {
    const what = 'text' in fields || 'keyword' in fields ? 'an inbound message' : 'a receipt';
    return `${what} of the older SMS API: ${remedy}`;
  }
  return null;
}

const notUnderstood = (reason: string): WebhookBody => ({ ok: false, reason });
