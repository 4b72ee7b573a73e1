import { randomUUID } from 'node:crypto';
import { inboundCallbackBody, type InboundRequest } from '../callbacks/inbound-callback.js';
import type { CallbackRecord, Counters, MessageRecord, RequestRecord } from './journal.js';
import { checkAddresses, type AdjustableSettings, type Settings } from '../options.js';
import type { Session } from '../session.js';
import { wireTime, type SentMessage } from '../callbacks/status-callback.js';
import { recordOf } from '../reports/record.js';
import { csvOf } from '../reports/report-file.js';
import type { StoryOrder } from '../stories/story-choice.js';
import {
  failedWith,
  type Answer,
  type PlannedCallback,
  type StoryName,
} from '../stories/stories.js';

/** Assigns a story to the next messages, instead of the one that their digits choose. */
export interface StoryRequest {
  /** The recipient; without it the order applies to the next messages to any recipient. */
  readonly to?: string;
  /** The number of messages; null for all. The default is all with `to`, and one without it. */
  readonly uses?: number | null;
  /** A story by its name. */
  readonly story?: StoryName;
  /** The error code, where the story is `rejected` or `undeliverable`. */
  readonly code?: string;
  /** A custom story; the answer is a plain 202 when only `callbacks` are given. */
  readonly answer?: Answer;
  readonly callbacks?: readonly PlannedCallback[];
}

/** One status callback that no story planned. */
export interface StatusRequest extends Omit<PlannedCallback, 'afterMs' | 'occurredAfterMs'> {
  /** A message that the sandbox accepted, or any other; a new one when it is not given. */
  readonly message_uuid?: string;
  readonly client_ref?: string;
  readonly channel?: string;
  readonly to?: string;
  readonly from?: string;
  /** Written to the body unchanged; the current time when it is not given. */
  readonly timestamp?: string;
  readonly url?: string;
  /** The exact bytes of the whole body; all other options for the body are then ignored. */
  readonly raw?: string;
}

/** The operations on a running sandbox, from its own process or through the control routes. */
export interface Operations {
  tellStory(request: StoryRequest): void;
  /** The copies that were sent; each record is kept up to date. */
  sendStatus(request: StatusRequest): readonly CallbackRecord[];
  sendInbound(request: InboundRequest): readonly CallbackRecord[];
  /** Callbacks that become due wait until they are resumed. */
  pauseCallbacks(): void;
  resumeCallbacks(): void;
  /** Changes settings from now on, for example the addresses of a service that has just started. */
  configure(changes: Partial<AdjustableSettings>): void;
  message(uuid: string): MessageRecord | null;
  /** Oldest first, like the other two. */
  messages(): readonly MessageRecord[];
  callbacks(): readonly CallbackRecord[];
  requests(): readonly RequestRecord[];
  /** The number of accepted messages by client ref: more than one is a text sent twice. */
  sendsByClientRef(): Readonly<Record<string, number>>;
  counters(): Counters;
  /** The report of the Reports API about all messages that are remembered: a CSV. */
  report(): string;
  /** True when every story has ended and every callback has arrived or been given up. */
  isSettled(): boolean;
  /** Resolves when `isSettled()` becomes true. */
  settled(): Promise<void>;
  /** Deletes all records and drops everything under way; settings stay. */
  reset(): void;
}

/** `session` is a function, called for each operation, because a reset replaces the session. */
export function operationsOn(
  settings: Settings,
  session: () => Session,
  reset: () => void,
): Operations {
  return {
    tellStory: (request) => {
      const { to = null, uses = to === null ? 1 : null } = request;
      session().choice.order(to, { what: storyOf(request), usesLeft: uses });
    },
    sendStatus: (request) => sendStatus(request, session()),
    sendInbound: (request) => sendInbound(request, session(), settings),
    pauseCallbacks: () => {
      session().delivery.pause();
    },
    resumeCallbacks: () => {
      session().delivery.resume();
    },
    configure: (changes) => {
      checkAddresses(changes);
      Object.assign(settings, changes);
    },
    message: (uuid) => session().journal.message(uuid),
    messages: () => session().journal.messages(),
    callbacks: () => session().journal.callbacks(),
    requests: () => session().journal.requests(),
    sendsByClientRef: () => session().journal.sendsByClientRef(),
    counters: () => session().journal.counters(),
    report: () =>
      csvOf(
        session()
          .journal.messages()
          .map((message) => recordOf(message, settings.apiKey)),
      ),
    isSettled: () => session().isSettled,
    settled: () => session().settled(),
    reset,
  };
}

function storyOf({ story, code, answer, callbacks }: StoryRequest): StoryOrder['what'] {
  if ((story === 'rejected' || story === 'undeliverable') && code !== undefined) {
    return { chosen: { name: `${story} ${code}`, story: failedWith(story, code) } };
  }
  if (story !== undefined) return { name: story };
  return {
    chosen: {
      name: 'ordered',
      story: { answer: answer ?? { kind: 'accepted' }, callbacks: callbacks ?? [] },
    },
  };
}

function sendStatus(request: StatusRequest, session: Session): readonly CallbackRecord[] {
  const { timestamp, raw, url, fields, ...planned } = request;
  const message = messageFor(request, session);
  const at = timestamp === undefined ? {} : { timestamp };
  return session.runner
    .callback(
      {
        ...message,
        request: { ...message.request, ...(url === undefined ? {} : { webhook_url: url }) },
      },
      { ...planned, afterMs: 0, fields: { ...at, ...fields } },
      new Date(),
      true,
      raw,
    )
    .map(({ record }) => record);
}

/** Returns the message as the journal has it, overridden by the fields of the request. */
function messageFor(request: StatusRequest, session: Session): SentMessage {
  const uuid = request.message_uuid ?? randomUUID();
  const known = session.journal.message(uuid);
  return {
    uuid,
    clientRef: request.client_ref ?? known?.client_ref ?? null,
    channel: request.channel ?? known?.channel ?? 'sms',
    to: request.to ?? known?.to ?? '447700900000',
    from: request.from ?? known?.from ?? '447700900001',
    workflow: known?.workflow ?? null,
    webhookVersion: 'v1',
    networkCode: known === null ? '23410' : known.networkCode,
    request: known?.request ?? {},
  };
}

function sendInbound(
  request: InboundRequest,
  session: Session,
  settings: Settings,
): readonly CallbackRecord[] {
  const uuid = request.message_uuid ?? randomUUID();
  const body = request.raw ?? inboundCallbackBody(uuid, request, wireTime(new Date()));
  return Array.from({ length: request.copies ?? 1 }, () => {
    const { record } = session.delivery.send({
      kind: 'inbound',
      messageUuid: uuid,
      status: null,
      url: request.url ?? settings.inboundUrl,
      body,
      signing: request.signing ?? 'signed',
      ofApplication: true,
    });
    return record;
  });
}
