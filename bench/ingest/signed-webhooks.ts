import { createHash, createHmac, randomUUID } from 'node:crypto';

/** The account that the service under load is configured with. */
export const account = {
  apiKey: 'bench',
  applicationId: randomUUID(),
  signatureSecret: 'a secret of at least thirty-two characters',
};

export interface StatusBody {
  readonly messageUuid: string;
  readonly status: 'submitted' | 'delivered';
  readonly clientRef?: string;
}

const header = Buffer.from(JSON.stringify({ alg: 'HS256', typ: 'JWT' })).toString('base64url');

/** Returns one whole HTTP request, signed as Vonage signs, ready to be written to a socket. */
export function signedRequest(body: StatusBody): Buffer {
  const json = bodyOf(body);
  const payload = Buffer.from(
    JSON.stringify({
      iat: Math.floor(Date.now() / 1000),
      jti: randomUUID(),
      iss: 'Vonage',
      payload_hash: createHash('sha256').update(json).digest('hex'),
      api_key: account.apiKey,
      application_id: account.applicationId,
    }),
  ).toString('base64url');
  const signature = createHmac('sha256', account.signatureSecret)
    .update(`${header}.${payload}`)
    .digest('base64url');
  return Buffer.from(
    `POST /webhooks/status HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n` +
      `Authorization: Bearer ${header}.${payload}.${signature}\r\n` +
      `Content-Length: ${Buffer.byteLength(json)}\r\n\r\n${json}`,
  );
}

const bodyOf = ({ messageUuid, status, clientRef }: StatusBody): string =>
  JSON.stringify({
    message_uuid: messageUuid,
    to: '447700900123',
    from: '447700900001',
    timestamp: new Date().toISOString(),
    status,
    channel: 'sms',
    ...(clientRef === undefined ? {} : { client_ref: clientRef }),
    usage: { currency: 'EUR', price: '0.0333' },
    destination: { network_code: '23410' },
    sms: { count_total: '1' },
  });
