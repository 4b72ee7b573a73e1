import { useQuery } from '@tanstack/react-query';
import type { Change } from 'waybill-client';
import { answerOf, http } from './api.js';
import { useRefresh } from './refresh.js';

const EVERY_MS = 5_000;
const REVIEWS_MAX = 100;

/** The people of whom a text may be a wish to stop, the first hundred. */
export function useReviews() {
  useRefresh(['reviews'], isInbound);
  return useQuery({
    queryKey: ['reviews'],
    // No change of a message tells that somebody has decided.
    refetchInterval: EVERY_MS,
    queryFn: async () => {
      const params = { query: { review: 'true' as const, limit: REVIEWS_MAX } };
      return answerOf(await http.GET('/v1/contacts', { params }));
    },
  });
}

/** An erasure changes what was received, too. */
export const isInbound = ({ type }: Change): boolean =>
  type === 'InboundReceived' || type === 'PersonalDataErased';
