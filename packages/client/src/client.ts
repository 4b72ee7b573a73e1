import createFetchClient, { type Client } from 'openapi-fetch';
import { followChanges, type Change, type FollowOptions } from './change-stream.js';
import type { paths } from './schema.js';
import type {
  ListedMessage,
  Message,
  MessageFilter,
  MessagePage,
  SendAnswer,
  SendRequest,
} from './shapes.js';
import { waitForMessage, type WaitOptions } from './wait-for-message.js';
import { errorOf } from './waybill-error.js';

export type { Change, FollowOptions } from './change-stream.js';
export type { WaitOptions } from './wait-for-message.js';
export type { components, operations, paths } from './schema.js';
export type * from './shapes.js';
export {
  verifyWebhook,
  WebhookRefused,
  type WebhookEvent,
  type WebhookHeaders,
} from './verify-webhook.js';
export { WaybillError, type Problem } from './waybill-error.js';

/** The media types of answers that are read: an error is a problem document, RFC 9457. */
type Json = 'application/json' | 'application/problem+json';

export interface WaybillOptions {
  /** The address of the service, such as `http://127.0.0.1:3000`; in a browser '' is the page's own. */
  readonly url: string;
  /** The API key. Without it, the service must run without keys, or the browser must be signed in. */
  readonly key?: string | undefined;
  /** Sends the requests instead of the global `fetch`. */
  readonly fetch?: (request: Request) => Promise<Response>;
}

export interface SendOptions {
  /** The same key sends the same message once, however often it is tried. */
  readonly idempotencyKey?: string;
  /** Waits up to this many seconds for Vonage's answer. */
  readonly waitSeconds?: number;
}

/** A client of one Waybill service. Its methods throw `WaybillError` when the service refuses. */
export class Waybill {
  /** All routes of the API, with their types; answers are returned, not thrown. */
  readonly http: Client<paths, Json>;

  constructor(options: WaybillOptions) {
    const { url, key, fetch } = options;
    this.http = createFetchClient<paths, Json>({
      baseUrl: url,
      ...(key === undefined ? {} : { headers: { Authorization: `Bearer ${key}` } }),
      ...(fetch === undefined ? {} : { fetch }),
    });
  }

  /** Resolves once the message is recorded. Without an idempotency key, do not repeat it after a lost answer. */
  async send(message: SendRequest, options: SendOptions = {}): Promise<SendAnswer> {
    const { idempotencyKey, waitSeconds } = options;
    const header = {
      ...(idempotencyKey === undefined ? {} : { 'Idempotency-Key': idempotencyKey }),
      ...(waitSeconds === undefined ? {} : { Prefer: `wait=${Math.ceil(waitSeconds)}` }),
    };
    return answerOf(await this.http.POST('/v1/messages', { params: { header }, body: message }));
  }

  /** @param at a time in ISO 8601: the message as it was known then */
  async message(id: string, at?: string): Promise<Message> {
    const query = at === undefined ? {} : { at };
    const path = pathOf(id);
    return answerOf(await this.http.GET('/v1/messages/{id}', { params: { path, query } }));
  }

  /**
   * Waits until the message has a final status, or one of those that are given. A service that is away for a moment is
   * asked again.
   * @throws when the time is over, with the last fault of the service as its cause
   */
  async wait(id: string, options: WaitOptions = {}): Promise<Message> {
    const path = pathOf(id);
    const message = async (signal: AbortSignal): Promise<Message> =>
      answerOf(await this.http.GET('/v1/messages/{id}', { params: { path }, signal }));
    return waitForMessage({ message, follow: (following) => this.follow(following) }, id, options);
  }

  /** Yields all messages that match, newest first, page by page as they are read. */
  async *search(filter: MessageFilter = {}): AsyncGenerator<ListedMessage, void, undefined> {
    let cursor = filter.cursor;
    do {
      const page: MessagePage = await this.page(
        cursor === undefined ? filter : { ...filter, cursor },
      );
      yield* page.items;
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
  }

  /** One page of messages, newest first. */
  async page(filter: MessageFilter): Promise<MessagePage> {
    return answerOf(await this.http.GET('/v1/messages', { params: { query: filter } }));
  }

  /** Yields every change once and in order; lost connections are resumed. */
  follow(options: FollowOptions = {}): AsyncGenerator<Change, void, undefined> {
    const open = async (after: string | undefined, signal: AbortSignal): Promise<Response> => {
      const query = after === undefined ? {} : { after };
      const { response, error } = await this.http.GET('/v1/stream', {
        params: { query },
        parseAs: 'stream',
        cache: 'no-store',
        signal,
      });
      if (error !== undefined) throw errorOf(response, error);
      return response;
    };
    return followChanges(open, options);
  }
}

/** @throws TypeError for an id that makes another address: an empty one, for example, that of the list of messages */
function pathOf(id: string): { readonly id: string } {
  if (id === '') throw new TypeError('The id of the message is empty.');
  if (id === '.' || id === '..') {
    throw new TypeError(`The id of the message is "${id}", which no message has.`);
  }
  return { id };
}

/** The answer, or the service's problem as an error. */
export function answerOf<Data>(
  result: { readonly response: Response } & (
    { data: Data; error?: never } | { data?: never; error: unknown }
  ),
): Data {
  if (result.error !== undefined || !result.response.ok)
    throw errorOf(result.response, result.error);
  return result.data as Data;
}
