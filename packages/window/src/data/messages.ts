import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
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

/** A message as a list shows it, from the message itself. */
export const listed = (message: Message): ListedMessage => {
  const last = message.attempts.at(-1);
  return {
    ...message,
    segments: message.segments?.count ?? 0,
    attempts: message.attempts.length,
    networkCode: last?.networkCode ?? null,
    errorCode: last?.error?.code ?? null,
    cost: [],
    submittedAt: last?.submittedAt ?? null,
    deliveredAt: last?.deliveredAt ?? null,
    timeToDeliveryMs: null,
  };
};

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
