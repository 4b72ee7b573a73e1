import { notifyManager, QueryClient } from '@tanstack/react-query';
import { answerOf, Waybill, WaybillError } from 'waybill-client';

/** The service ends a connection that is silent for 120 s. Where nothing tells the browser so, an act must end too. */
const ACT_MS_MAX = 150_000;
/** An erasure reads and rewrites everything about a person. */
const ERASE_MS_MAX = 300_000;

/** Sends a request. An act, whose dialog cannot be left meanwhile, does not wait for its answer for ever. */
function sendInTime(request: Request): Promise<Response> {
  const { method, url } = request;
  if (method === 'GET') return fetch(request);
  const isErasure = method === 'DELETE' && url.endsWith('/data');
  return fetch(request, { signal: AbortSignal.timeout(isErasure ? ERASE_MS_MAX : ACT_MS_MAX) });
}

/** The service that served this page; the browser adds the session's cookie. */
export const waybill = new Waybill({ url: window.location.origin, fetch: sendInTime });

export const { http } = waybill;
export { answerOf };

const RETRIES_MAX = 2;
/** A view sends several requests at once. Answers that arrive within this time cause one render. */
const DRAWN_TOGETHER_MS = 30;

/** The interval of retries for a query that failed and may succeed later. */
const AGAIN_MS = 5_000;

/** When to ask again by itself for what could not be read; false: never, the service would refuse again. */
function againAfterMs(error: unknown): number | false {
  if (!(error instanceof WaybillError)) return AGAIN_MS;
  const mayPass = error.status >= 500 || error.status === 429 || error.status === 408;
  return mayPass && Math.max(AGAIN_MS, (error.retryAfterSeconds ?? 0) * 1000);
}

/** A refusal (4xx) is not retried: the service would refuse again. */
const isWorthRepeating = (failures: number, error: unknown): boolean =>
  failures < RETRIES_MAX && !(error instanceof WaybillError && error.status < 500);

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      retry: isWorthRepeating,
      refetchInterval: ({ state }) => state.status === 'error' && againAfterMs(state.error),
      // The service may be on this machine, which then needs no network.
      networkMode: 'always',
      refetchOnWindowFocus: true,
      staleTime: 1_000,
    },
  },
});

/** True of an act that may be done, although no answer came. */
export const isOutOfTime = (error: unknown): boolean =>
  error instanceof DOMException && error.name === 'TimeoutError';

/** True when the service says that nobody is signed in any more. */
export const isSignedOut = (error: unknown): boolean =>
  error instanceof WaybillError && error.status === 401;

// A session that ended while a page is open: the page asks who is signed in, and shows the door.
queries.getQueryCache().subscribe(({ query, type }) => {
  if (type !== 'updated' || query.queryKey[0] === 'session') return;
  if (isSignedOut(query.state.error)) void queries.invalidateQueries({ queryKey: ['session'] });
});

let waiting: (() => void)[] = [];

notifyManager.setScheduler((callback) => {
  waiting.push(callback);
  if (waiting.length > 1) return;
  window.setTimeout(() => {
    const all = waiting;
    waiting = [];
    for (const one of all) one();
  }, DRAWN_TOGETHER_MS);
});
