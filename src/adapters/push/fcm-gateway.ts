import type { IncomingMessage } from 'node:http';
import { importPKCS8, SignJWT } from 'jose';
import {
  refused,
  type AttemptOutcome,
  type AttemptRequest,
  type SmsGateway,
} from '../../application/ports/sms-gateway.js';
import { GuardedHttp } from '../guarded-http/guarded-http.js';
import { timeLimitSignal } from '../guarded-http/time-limit-signal.js';
import { PUSH_CALL_MS_MAX, PUSH_TTL_SECONDS, type FcmConfig } from './push-config.js';
import { pauseMsIn, textOf, topicOf, unanswered } from './push-outcomes.js';

const SERVICE = 'Firebase Cloud Messaging';
const TOKEN_SERVER = "Google's token server";
const SCOPE = 'https://www.googleapis.com/auth/firebase.messaging';
/** A token is renewed this long before it ends. */
const RENEW_MS = 60_000;
/** The pause after a 429 without Retry-After: Google asks for at least a minute. */
const QUOTA_PAUSE_MS = 60_000;

interface Answer {
  readonly response: IncomingMessage;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Sends to apps by the HTTP v1 API, with a token that the service account's key is exchanged for (RFC 7523). */
export class FcmGateway implements SmsGateway {
  // The operator names the addresses.
  private readonly http = new GuardedHttp({ allowsPrivateNetworks: true });
  private token: { readonly text: string; readonly endsAtMs: number } | undefined;
  /** An exchange under way, for all messages that wait for its token. */
  private exchange: Promise<string | AttemptOutcome> | undefined;

  constructor(
    private readonly config: FcmConfig,
    private readonly timeoutMs = PUSH_CALL_MS_MAX,
  ) {}

  async send(request: AttemptRequest): Promise<AttemptOutcome> {
    const token = await this.accessToken();
    if (typeof token !== 'string') return token;
    const { apiHost, projectId } = this.config;
    const url = `${apiHost}/v1/projects/${encodeURIComponent(projectId)}/messages:send`;
    const body = JSON.stringify({ message: messageOf(request) });
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
    let isConnected = false;
    try {
      const answer = await this.post(url, headers, body, () => (isConnected = true));
      if (answer.response.statusCode === 401) this.token = undefined;
      return outcomeOf(answer);
    } catch {
      return unanswered(SERVICE, isConnected);
    }
  }

  /** @returns the token, or the outcome of a message that cannot be sent without one */
  private async accessToken(): Promise<string | AttemptOutcome> {
    const { token } = this;
    if (token !== undefined && performance.now() < token.endsAtMs) return token.text;
    this.exchange ??= this.newToken()
      .catch(() => unanswered(TOKEN_SERVER, false))
      .finally(() => (this.exchange = undefined));
    return this.exchange;
  }

  private async newToken(): Promise<string | AttemptOutcome> {
    const form = new URLSearchParams({
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      assertion: await this.assertion(),
    });
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const { response, body } = await this.post(this.config.tokenUri, headers, form.toString());
    const { access_token: text, expires_in: seconds } = body;
    const { statusCode: status = 0 } = response;
    if (status === 200 && typeof text === 'string') {
      const lifeMs = Number(seconds ?? 3_600) * 1000 - RENEW_MS;
      this.token = { text, endsAtMs: performance.now() + lifeMs };
      return text;
    }
    if (status === 200) {
      const reason = `What answers as ${TOKEN_SERVER} names no token.`;
      return refused('configuration', reason, 'fcm-token-200');
    }
    return status === 429 || status >= 500
      ? refused(
          'transient',
          `Google gives no access at the moment (HTTP ${status}).`,
          `fcm-token-${status}`,
          pauseMsIn(response),
        )
      : refused(
          'configuration',
          `Google does not accept the service account (HTTP ${status}).`,
          `fcm-token-${status}`,
        );
  }

  private async assertion(): Promise<string> {
    const { clientEmail, privateKey, privateKeyId, tokenUri } = this.config;
    return new SignJWT({ scope: SCOPE })
      .setProtectedHeader({
        alg: 'RS256',
        typ: 'JWT',
        ...(privateKeyId === null ? {} : { kid: privateKeyId }),
      })
      .setIssuer(clientEmail)
      .setAudience(tokenUri)
      .setIssuedAt()
      .setExpirationTime('1h')
      .sign(await importPKCS8(privateKey, 'RS256'));
  }

  private async post(
    url: string,
    headers: Readonly<Record<string, string>>,
    body: string,
    onConnected?: () => void,
  ): Promise<Answer> {
    const response = await this.http.post(
      new URL(url),
      { ...headers, 'content-length': Buffer.byteLength(body) },
      body,
      timeLimitSignal(this.timeoutMs),
      onConnected,
    );
    return { response, body: objectIn(await textOf(response)) };
  }
}

function messageOf(request: AttemptRequest): object {
  const { to: token, subject, text, ttlSeconds, clientRef } = request;
  const topic = topicOf(request);
  const seconds = ttlSeconds ?? PUSH_TTL_SECONDS;
  const endsAt = Math.floor(Date.now() / 1000) + seconds;
  return {
    token,
    notification: { ...(subject === undefined ? {} : { title: subject }), body: text },
    data: { messageId: clientRef.split('.')[0] },
    android: { collapse_key: topic, ttl: `${seconds}s`, priority: 'HIGH' },
    apns: { headers: { 'apns-collapse-id': topic, 'apns-expiration': String(endsAt) } },
    webpush: { headers: { Topic: topic, TTL: String(seconds), Urgency: 'high' } },
  };
}

function outcomeOf({ response, body }: Answer): AttemptOutcome {
  const { statusCode: status = 0 } = response;
  const { name } = body;
  if (status >= 200 && status < 300) {
    return typeof name === 'string'
      ? { kind: 'accepted', messageUuid: null, externalId: name }
      : {
          kind: 'unknown',
          reason: `${SERVICE} took the request, but its answer names no message.`,
        };
  }
  const error = errorCodeOf(body);
  const code = `fcm-${error ?? status}`;
  const named = error === undefined ? `HTTP ${status}` : `HTTP ${status}, ${error}`;
  if (status === 429 || status >= 500) {
    const pauseMs = pauseMsIn(response) ?? (status === 429 ? QUOTA_PAUSE_MS : null);
    return refused('transient', `${SERVICE} asks us to try again later (${named}).`, code, pauseMs);
  }
  if (error === 'UNREGISTERED') {
    return refused('permanent', `The token has ended: forget it (${named}).`, code);
  }
  if (error === 'SENDER_ID_MISMATCH') {
    // It says nothing about other tokens.
    return refused('permanent', `The token belongs to another project (${named}).`, code);
  }
  if (status === 401 || status === 403) {
    return refused('configuration', `${SERVICE} does not accept our credentials (${named}).`, code);
  }
  return !isOfGoogle(body) && !ABOUT_MESSAGE.has(status)
    ? refused('configuration', `What answers at FCM_API_HOST is not ${SERVICE} (${named}).`, code)
    : refused('permanent', `${SERVICE} refused the message for good (${named}).`, code);
}

/** Said by proxies too: the message took too long to arrive, or is too long. */
const ABOUT_MESSAGE: ReadonlySet<number> = new Set([408, 413]);

/**
 * Each error of the HTTP v1 API has a JSON body with this field. Another answer is that of a wrong address or of a proxy,
 * which says nothing about the message unless it is too long, or took too long to arrive.
 */
const isOfGoogle = ({ error }: Answer['body']): boolean =>
  typeof error === 'object' && error !== null;

/** The code in the details of an error says more than its status: an ended token arrives as NOT_FOUND. */
function errorCodeOf({ error }: Answer['body']): string | undefined {
  const { details } = (error ?? {}) as { readonly details?: unknown };
  if (!Array.isArray(details)) return undefined;
  const codes = details.map((detail) => (detail as { errorCode?: unknown } | null)?.errorCode);
  return codes.find(
    (code): code is string => typeof code === 'string' && /^[A-Z_]{1,40}$/.test(code),
  );
}

/** A proxy may answer with a page instead. */
function objectIn(text: string): Answer['body'] {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
