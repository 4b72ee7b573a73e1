import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { ListedMessage, Message, MessageFilter, MessagePage } from 'waybill-client';
import { answerOf, http, waybill } from './api.js';
import type { TimelineEntry } from './timeline.js';

const PAGE_ROWS = 50;

/** Messages that match, newest first, a page at a time. */
export const useMessages = (filter: MessageFilter | null) =>
  useInfiniteQuery({
    queryKey: ['messages', filter],
    enabled: filter !== null,
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }): Promise<MessagePage> =>
      waybill.page({
        ...filter,
        limit: PAGE_ROWS,
        ...(pageParam === undefined ? {} : { cursor: pageParam }),
      }),
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    placeholderData: keepPreviousData,
  });

/** One message. @param at as it was known then; null: now */
export const useMessage = (id: string, at: string | null = null, isAsked = true) =>
  useQuery({
    queryKey: ['message', id, at],
    enabled: isAsked,
    queryFn: () => waybill.message(id, at ?? undefined),
    ...(at === null ? {} : { placeholderData: keepPreviousData, staleTime: Infinity }),
  });

export const useTimeline = (id: string) =>
  useQuery({
    queryKey: ['message', id, 'timeline'],
    queryFn: async (): Promise<readonly TimelineEntry[]> => {
      const params = { path: { id } };
      return answerOf(await http.GET('/v1/messages/{id}/timeline', { params })).items;
    },
  });

/** Measures from the call to the report of delivery; null where one of them is not known. */
export function timeToPhoneMs({
  startedAt,
  deliveredAt,
}: Message['attempts'][number]): number | null {
  if (startedAt === null || deliveredAt === null) return null;
  // Clocks of two parties differ a little.
  return Math.max(0, Date.parse(deliveredAt) - Date.parse(startedAt));
}

/** A message as a list shows it, from the message itself. */
export const listed = (message: Message): ListedMessage => {
  const last = message.attempts.at(-1);
  const delivered = message.attempts.findLast(({ deliveredAt }) => deliveredAt !== null);
  return {
    ...message,
    segments: message.segments?.count ?? 0,
    attempts: message.attempts.length,
    networkCode: last?.networkCode ?? null,
    errorCode: last?.error?.code ?? null,
    cost: [],
    submittedAt: last?.submittedAt ?? null,
    deliveredAt: last?.deliveredAt ?? null,
    timeToDeliveryMs: delivered === undefined ? null : timeToPhoneMs(delivered),
  };
};

/** Texts that are kept for rows that come back into view. */
const TEXTS_KEPT_MAX = 2_000;
/** Ids of one request. */
const TEXTS_ASKED_MAX = 50;

type Texts = ReadonlyMap<string, string | null>;
const noTexts: Texts = new Map();

/** The first words of the messages that are in view. A text never changes, so each is asked for once. */
export function useTexts(ids: readonly string[], isShown: boolean): Texts {
  const [texts, setTexts] = useState(noTexts);
  const missing = isShown ? ids.filter((id) => !texts.has(id)) : [];
  const asked = missing.slice(0, TEXTS_ASKED_MAX).join(',');
  const { data } = useQuery({
    queryKey: ['texts', asked],
    enabled: asked !== '',
    staleTime: Infinity,
    gcTime: 0,
    queryFn: async () =>
      answerOf(await http.GET('/v1/messages/texts', { params: { query: { ids: asked } } })).items,
  });
  useEffect(() => {
    if (data === undefined) return;
    setTexts((before) => {
      const all = [...before, ...data.map(({ id, text }) => [id, text] as const)];
      return new Map(all.slice(-TEXTS_KEPT_MAX));
    });
  }, [data]);
  return isShown ? texts : noTexts;
}

let lastList: readonly string[] = [];

/** The ids of the list from which a message is opened, so that the message can go on to the next. */
export const rememberList = (ids: readonly string[]): void => void (lastList = ids);
export const neighboursOf = (
  id: string,
): { readonly previous: string | undefined; readonly next: string | undefined } => {
  const at = lastList.indexOf(id);
  return at === -1
    ? { previous: undefined, next: undefined }
    : { previous: lastList[at - 1], next: lastList[at + 1] };
};
