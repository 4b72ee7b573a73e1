import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { operations } from 'waybill-client';
import { answerOf, http, queries } from './api.js';

export type Person = operations['getContact']['responses'][200]['content']['application/json'];
export type Consent = Person['consent'];
export type ConsentChange = Person['history'][number];
export type Said = Person['conversation']['items'][number];

const PAGE_ROWS = 50;

/** One person, with the newest part of the conversation; further pages are older. */
export const usePerson = (number: string, isShown: boolean, isAsked = true) =>
  useInfiniteQuery({
    enabled: isAsked,
    queryKey: ['person', number, isShown],
    initialPageParam: undefined as string | undefined,
    queryFn: async ({ pageParam }): Promise<Person> => {
      const query = {
        limit: PAGE_ROWS,
        ...(isShown ? { text: 'shown' as const } : {}),
        ...(pageParam === undefined ? {} : { before: pageParam }),
      };
      const params = { path: { number }, query };
      return answerOf(await http.GET('/v1/contacts/{number}', { params }));
    },
    getNextPageParam: ({ conversation }) => conversation.before ?? undefined,
  });

const CONSENT_MS = 5_000;

/**
 * Reads the person anew once a colleague has changed the consent: no change of a message tells it. It asks without texts,
 * because each look at them is recorded.
 */
export function useConsentRefresh(
  number: string,
  person: Person | undefined,
  {
    dataUpdatedAt: readAt,
    isFetching,
  }: Pick<ReturnType<typeof usePerson>, 'dataUpdatedAt' | 'isFetching'>,
): void {
  const { data, dataUpdatedAt } = useQuery({
    queryKey: ['consent', number],
    enabled: person !== undefined,
    refetchInterval: CONSENT_MS,
    queryFn: async () => {
      const params = { path: { number }, query: { limit: 1 } };
      const { consent, review } = answerOf(await http.GET('/v1/contacts/{number}', { params }));
      return JSON.stringify([consent, review]);
    },
  });
  const shown = person === undefined ? undefined : JSON.stringify([person.consent, person.review]);
  // An older answer, as after an act of one's own, says nothing against the person that was read since.
  const isNewer = !isFetching && dataUpdatedAt > readAt;
  const isOld = isNewer && data !== undefined && shown !== undefined && data !== shown;
  useEffect(() => {
    if (isOld) void queries.invalidateQueries({ queryKey: ['person', number] });
  }, [isOld, number, dataUpdatedAt]);
}

/** After an erasure: what this page remembers of persons and their messages goes, too. */
export const forgetPersons = (): void =>
  queries.removeQueries({
    predicate: ({ queryKey: [kind] }) => kind !== 'session' && kind !== 'sending',
  });

/** A line of the conversation: a text, or what was said about consent. */
export type Line =
  | { readonly kind: 'text'; readonly at: string; readonly said: Said }
  | { readonly kind: 'consent'; readonly at: string; readonly change: ConsentChange };

/** Oldest first. What was said about consent stands where it belongs by time, as far back as the pages go. */
export function linesOf(pages: readonly Person[]): readonly Line[] {
  const [newest] = pages;
  const oldest = pages.at(-1);
  if (newest === undefined || oldest === undefined) return [];
  const texts = pages
    .toReversed()
    .flatMap(({ conversation }) => conversation.items)
    .map((said): Line => ({ kind: 'text', at: said.at, said }));
  const since = oldest.conversation.before === null ? '' : (texts[0]?.at ?? '');
  const changes = newest.history
    .filter(({ at }) => at >= since)
    .toReversed()
    .map((change): Line => ({ kind: 'consent', at: change.at, change }));
  // Stable: of one moment, the text comes before what it changed.
  return [...texts, ...changes].toSorted((left, right) =>
    left.at < right.at ? -1 : left.at > right.at ? 1 : 0,
  );
}

/** The sentence for a change of consent. */
export function tellChange({
  change,
  source,
  keyword,
  errorCode,
  by,
  sender,
}: ConsentChange): string {
  const only = sender === null ? '' : `, for ${sender} only`;
  switch (change) {
    case 'opted-out':
      if (source === 'keyword') return `Opted out by the word ${keyword}${only}`;
      if (source === 'error') return `Opted out, as the delivery error ${errorCode} says${only}`;
      return `Opted out, recorded by ${by ?? 'a program'}${only}`;
    case 'opted-in':
      if (source === 'keyword') return `Opted in again by the word ${keyword}${only}`;
      return `Opted in again, recorded by ${by ?? 'a program'}${only}`;
    case 'barred':
      return `Barred by Vonage or the carrier, error ${errorCode}`;
    case 'review-begun':
      return 'May be a wish to stop: waits for a person';
    case 'review-dismissed':
      return `No wish to stop, decided by ${by ?? 'a program'}`;
  }
}

/** True where no text may be sent to this person: after an opt-out, or while the number is barred. */
export const isSuppressed = ({ state }: Consent): boolean =>
  state === 'opted-out' || state === 'barred';

/** The route on which an answer goes: that of the person's last text, else that of our last message. */
export interface Route {
  readonly from: string;
  readonly channel: string;
  /** The text that is answered. */
  readonly inReplyTo: string | null;
}

export function routeOf(items: readonly Said[]): Route | null {
  const last = items.findLast((said) => said.direction === 'inbound');
  if (last?.direction === 'inbound') {
    return { from: last.to, channel: last.channel, inReplyTo: last.messageUuid };
  }
  const sent = items.findLast((said) => said.direction === 'outbound' && said.from !== null);
  if (sent?.direction !== 'outbound' || sent.from === null || sent.channel === null) return null;
  return { from: sent.from, channel: sent.channel, inReplyTo: null };
}
