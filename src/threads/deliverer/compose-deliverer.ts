import { LRUCache } from 'lru-cache';
import type { Health } from '../../application/ports/health.js';
import { DeliverWebhooks } from '../../application/webhooks/deliver-webhooks.js';
import type { RunnerPorts } from '../../application/webhooks/endpoint-runner.js';
import { OutgoingEvents } from '../../application/webhooks/outgoing-event.js';

/**
 * Messages in the cache of outgoing webhooks, about 2 KiB each. At 2,000 events a second, the next report of a message finds
 * it within 10 s; a later one reads its stream again.
 */
const TOLD_MESSAGES_MAX = 20_000;

export const composeDeliverer = (
  ports: Omit<RunnerPorts, 'events'>,
  health: Health,
): DeliverWebhooks => {
  const events = new OutgoingEvents(ports.store, new LRUCache({ max: TOLD_MESSAGES_MAX }));
  return new DeliverWebhooks({ ...ports, events }, Math.random, health);
};
