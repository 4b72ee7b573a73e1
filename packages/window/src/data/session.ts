import { useQuery } from '@tanstack/react-query';
import type { operations } from 'waybill-client';
import { answerOf, http, isSignedOut, queries } from './api.js';

export type Session = operations['getSession']['responses'][200]['content']['application/json'] & {
  /** The service's words on why the session is over; absent where nobody had signed in. */
  readonly because?: string;
};
export type Scope = Session['scopes'][number];

const KEY = ['session'] as const;

/** A browser has one session: what happens to it in one tab concerns all. */
const tabs = 'BroadcastChannel' in window ? new BroadcastChannel('waybill-session') : undefined;
tabs?.addEventListener('message', () => void takeOver());

/** Another tab signed out, or somebody else in: what the last person saw goes. */
async function takeOver(): Promise<void> {
  await queries.invalidateQueries({ queryKey: KEY });
  const isOver = queries.getQueryData<Session>(KEY)?.state === 'signed-out';
  if (isOver) forgetAnswers();
  // Views that stay open read everything anew.
  else await queries.resetQueries({ predicate: isAnswer });
}

/** The signed-in person. */
export const useSession = () =>
  useQuery({
    queryKey: KEY,
    queryFn: readSession,
    staleTime: 60_000,
  });

/** A session whose key works no more is over: another key opens the next one. */
async function readSession(): Promise<Session> {
  try {
    return answerOf(await http.GET('/v1/session'));
  } catch (error) {
    if (!isSignedOut(error)) throw error;
    const because = error instanceof Error ? error.message : '';
    return { state: 'signed-out', name: null, scopes: [], expiresAt: null, because };
  }
}

/** @throws WaybillError for a key that the service does not take */
export async function signIn(key: string): Promise<void> {
  const session = answerOf(await http.POST('/v1/session', { body: { key } }));
  forgetAnswers();
  queries.setQueryData(KEY, session);
  tabs?.postMessage(null);
}

/** @throws where the service did not end the session: the person is still signed in */
export async function signOut(): Promise<void> {
  answerOf(await http.DELETE('/v1/session'));
  forgetAnswers();
  await queries.invalidateQueries({ queryKey: KEY });
  tabs?.postMessage(null);
}

/** Clears the cache, because the next person may see less. */
const forgetAnswers = (): void => queries.removeQueries({ predicate: isAnswer });

const isAnswer = ({ queryKey }: { readonly queryKey: readonly unknown[] }): boolean =>
  queryKey[0] !== KEY[0];

/** The scope `admin` may do everything. */
export const may = (session: Session | undefined, scope: Scope): boolean =>
  session?.scopes.some((held) => held === scope || held === 'admin') ?? false;
