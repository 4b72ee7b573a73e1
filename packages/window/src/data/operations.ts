import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { components, operations } from 'waybill-client';
import { answerOf, http } from './api.js';

export type Sending = components['schemas']['Sending'];

/** State that no event of a message tells is asked for so often. */
const EVERY_MS = 5_000;

export const useSending = () =>
  useQuery({
    queryKey: ['sending'],
    refetchInterval: EVERY_MS,
    queryFn: async (): Promise<Sending> => answerOf(await http.GET('/v1/sending')),
  });

/** The times after `since` in which sending was held, newest first. */
export const useHolds = (since: string) =>
  useQuery({
    queryKey: ['sending', 'holds', since],
    refetchInterval: EVERY_MS,
    queryFn: async () =>
      answerOf(await http.GET('/v1/sending/holds', { params: { query: { since } } })).items,
  });

export type Hold = NonNullable<ReturnType<typeof useHolds>['data']>[number];

export const useReadiness = () =>
  useQuery({
    queryKey: ['readiness'],
    refetchInterval: EVERY_MS,
    queryFn: async () => {
      const answer = await http.GET('/health/ready');
      // Not ready is an answer too, with the reasons.
      return isReadiness(answer.error) ? answer.error : answerOf(answer);
    },
  });

type Readiness = operations['getReadiness']['responses'][200]['content']['application/json'];

const isReadiness = (answer: unknown): answer is Readiness =>
  typeof answer === 'object' && answer !== null && 'parts' in answer;

export const useLimits = () =>
  useQuery({
    queryKey: ['limits'],
    refetchInterval: EVERY_MS,
    queryFn: async () => answerOf(await http.GET('/v1/limits')),
  });

const SET_ASIDE_ROWS = 100;

/** Signed webhooks that were not understood. */
export const useQuarantine = (mayAudit: boolean) =>
  useQuery({
    queryKey: ['quarantine'],
    enabled: mayAudit,
    refetchInterval: EVERY_MS,
    queryFn: async () => {
      const params = { query: { limit: SET_ASIDE_ROWS } };
      return answerOf(await http.GET('/v1/quarantine', { params }));
    },
  });

/** Events that the lists and reports lack. */
export const useParked = (mayAdmin: boolean) =>
  useQuery({
    queryKey: ['parked'],
    enabled: mayAdmin,
    refetchInterval: EVERY_MS,
    queryFn: async () => answerOf(await http.GET('/v1/parked-events')),
  });

/** The service reads each key from the ledger for it. */
const KEYS_EVERY_MS = 60_000;

export const useKeys = (mayAdmin: boolean) =>
  useQuery({
    queryKey: ['keys'],
    enabled: mayAdmin,
    refetchInterval: KEYS_EVERY_MS,
    queryFn: async () =>
      answerOf(await http.GET('/v1/keys', { params: { query: { limit: 100 } } })),
  });

/** The newest checkpoint of the transparency log; null before the first one. */
export const useLog = (mayAudit: boolean) =>
  useQuery({
    queryKey: ['log'],
    enabled: mayAudit,
    refetchInterval: EVERY_MS,
    queryFn: async () => {
      const answer = await http.GET('/v1/log');
      return answer.response.status === 404 ? null : answerOf(answer);
    },
  });

/** Webhooks that were recorded before, newest first, a page at a time. */
export const useReceived = () =>
  useInfiniteQuery({
    queryKey: ['received'],
    // While the page is open, the event stream brings newer webhooks.
    staleTime: Infinity,
    refetchOnMount: 'always',
    initialPageParam: undefined as string | undefined,
    queryFn: async ({ pageParam: cursor }) => {
      const params = { query: cursor === undefined ? {} : { cursor } };
      return answerOf(await http.GET('/v1/received-webhooks', { params }));
    },
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  });

/** Webhooks that this instance did not accept. */
export const useRefused = () =>
  useQuery({
    queryKey: ['refused'],
    refetchInterval: EVERY_MS,
    queryFn: async () => answerOf(await http.GET('/v1/refused-webhooks')).items,
  });
