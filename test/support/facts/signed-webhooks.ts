import { createHash, randomUUID } from 'node:crypto';
import type { RunnableConfig } from '../../../src/app.module.js';
import { Api, type Answer } from './api.js';
import { signWebhook, type Claims } from './webhook-token.js';

/** Posts webhooks as Vonage does, and as a stranger would. */
export class SignedWebhooks {
  constructor(
    private readonly url: string,
    private readonly config: RunnableConfig,
  ) {}

  /** Posts a genuine webhook. @param body an object, or the bytes themselves */
  post(kind: 'status' | 'inbound', body: unknown, claims: Claims = {}): Promise<Answer> {
    const bytes = bytesOf(body);
    return this.postAs(kind, bytes, `Bearer ${this.token(bytes, claims)}`);
  }

  /** Posts a webhook with any Authorization header, or none. */
  postAs(kind: 'status' | 'inbound', body: unknown, authorization?: string): Promise<Answer> {
    const headers = {
      'content-type': 'application/json',
      ...(authorization === undefined ? {} : { authorization }),
    };
    return new Api(this.url).post(`/webhooks/${kind}`, bytesOf(body), headers);
  }

  /** Creates a token. Claims given here replace Vonage's; undefined removes one. */
  token(body: Buffer, claims: Claims = {}, header?: Claims, secret?: string): string {
    const { apiKey, applicationId, signatureSecrets } = this.config.vonage;
    return signWebhook(
      {
        iat: Math.floor(Date.now() / 1000),
        jti: randomUUID(),
        iss: 'Vonage',
        payload_hash: createHash('sha256').update(body).digest('hex'),
        api_key: apiKey,
        application_id: applicationId,
        ...claims,
      },
      header,
      secret ?? signatureSecrets[0],
    );
  }
}

export const bytesOf = (body: unknown): Buffer => {
  if (Buffer.isBuffer(body)) return body;
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
};

/** The body of a status webhook, as Vonage writes it. */
export const statusBody = (
  status: string,
  more: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> => ({
  message_uuid: randomUUID(),
  to: '447700900123',
  from: '447700900001',
  timestamp: new Date().toISOString(),
  status,
  channel: 'sms',
  ...more,
});

export const inboundBody = (
  more: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> => ({
  channel: 'sms',
  message_uuid: randomUUID(),
  to: '447700900001',
  from: '447700900123',
  timestamp: new Date().toISOString(),
  message_type: 'text',
  text: 'Stop it, please',
  sms: { num_messages: '1', count_total: '1', keyword: 'STOP' },
  usage: { currency: 'EUR', price: '0.0059' },
  ...more,
});
