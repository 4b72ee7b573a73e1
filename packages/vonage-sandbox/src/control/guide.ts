import type { Counters } from './journal.js';
import type { Settings } from '../options.js';
import { shapeNames } from '../callbacks/shapes.js';
import { stories, type NamedStory } from '../stories/stories.js';

interface DescribedRoute {
  readonly method: string;
  readonly path: string;
  readonly tells: string;
  readonly queries?: readonly string[];
}

/** The rules by which recipients choose stories with their last digits, in words. */
export const digitConventions = [
  {
    ending: '980NNN',
    example: '447700980001',
    tells: 'The story with the digits NNN of the list below.',
  },
  {
    ending: '99CCCC',
    example: '447700991170',
    tells: 'Submitted, then rejected with the error code CCCC, from 1000 to 2999.',
  },
  {
    ending: '97CCCC',
    example: '447700971260',
    tells: 'Undeliverable with the error code CCCC, from 1000 to 2999.',
  },
] as const;

/** The answer of `GET /sandbox`: all operations, generated from the tables that the sandbox itself uses. */
export const guide = (
  routes: readonly DescribedRoute[],
  settings: Settings,
  counters: Counters,
): object => ({
  what: "A stand-in for Vonage's Messages API: POST /v1/messages, then signed callbacks.",
  howToChooseAStory: [
    'By the last digits of the recipient (for an e-mail address, of what stands before the @).',
    'By POST /sandbox/stories, for one recipient or for the next message.',
    `Otherwise it is the default story, now: ${settings.defaultStory}.`,
  ],
  digits: digitConventions,
  stories: Object.entries<NamedStory>(stories).map(
    ([name, { digits, tells, firstMessages, answer, callbacks }]) => ({
      name,
      recipientEndsIn: `980${digits}`,
      tells,
      ...(firstMessages === undefined ? {} : { firstMessages }),
      answer,
      callbacks,
    }),
  ),
  callbackShapes: shapeNames,
  routes: routes.map(({ method, path, tells, queries = [] }) => ({
    route: `${method} ${path}`,
    tells: [tells, ...queries.map((name) => `?${name}`)].join(' '),
  })),
  settings: {
    statusUrl: settings.statusUrl,
    inboundUrl: settings.inboundUrl,
    requestsPerSecond: settings.requestsPerSecond,
    timeScale: settings.timeScale,
    retryTimeScale: settings.retryTimeScale,
    defaultStory: settings.defaultStory,
    failoverMessageUuid: settings.failoverMessageUuid,
    repeatToken: settings.repeatToken,
    hasCredit: settings.hasCredit,
    acceptsCredentials: settings.acceptsCredentials,
    isApplicationBlocked: settings.isApplicationBlocked,
    blockedSenders: settings.blockedSenders,
    blockedChannels: settings.blockedChannels,
    seed: settings.seed,
  },
  counters,
});
