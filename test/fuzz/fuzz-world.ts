import { randomUUID } from 'node:crypto';
import type { SandboxCredentials, Sandbox } from 'vonage-sandbox';
import type { ServiceProcess } from '../service/service-process.js';
import { ServiceWorld } from '../service/service-world.js';
import { eventually } from '../support/watching/eventually.js';
import { inboundBody } from '../support/facts/signed-webhooks.js';
import type { Shape } from '../support/facts/webhook-shapes.js';
import { claimsFor, signWebhook } from '../support/facts/webhook-token.js';
import type { Known } from './api-requests.js';

/** Enough that few reports concern the same message: each answer about a message shows all of them. */
const OWN_MESSAGES = 200;
/** Stories take a fiftieth of their time. */
const TIME_SCALE = 0.02;
/** The sandbox shares the thread of the requests, which may be busy for seconds: its silence would be no fault of the service. */
const VONAGE_TIMEOUT_MS = 15_000;

/** A service with a few messages in it, and its sandbox. */
export interface FuzzWorld {
  readonly service: ServiceProcess;
  readonly credentials: SandboxCredentials;
  readonly known: Known;
  /** The ids by which Vonage knows the messages. */
  readonly about: readonly Shape[];
  end(): Promise<void>;
}

export async function createFuzzWorld(entry: string, seed: number): Promise<FuzzWorld> {
  const world = await ServiceWorld.create({
    entry,
    vonageTimeoutMs: VONAGE_TIMEOUT_MS,
    sandbox: { seed, timeScale: TIME_SCALE },
  });
  const { service, sandbox, credentials } = world;
  service.spawn();
  try {
    await service.untilReady();
    const messageIds = await sendMessages(service.url);
    const inboundUuids = [await receiveInbound(service.url, credentials)];
    const about = await aboutMessages(sandbox);
    return {
      service,
      credentials,
      known: { messageIds, inboundUuids },
      about,
      end: () => world.end(),
    };
  } catch (error) {
    await world.end();
    throw error;
  }
}

async function sendMessages(url: string): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let number = 0; number < OWN_MESSAGES; number++) {
    const response = await fetch(`${url}/v1/messages`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      // Some of these numbers opt out as soon as they have the first message.
      body: JSON.stringify({
        to: `+44770098000${number % 10}`,
        text: 'Hello',
        overrideOptOut: 'It is a test.',
      }),
    });
    if (response.status !== 202) throw new Error(`a send was answered with ${response.status}`);
    ids.push(((await response.json()) as { readonly id: string }).id);
  }
  return ids;
}

async function receiveInbound(url: string, credentials: SandboxCredentials): Promise<string> {
  const uuid = randomUUID();
  const body = Buffer.from(JSON.stringify(inboundBody({ message_uuid: uuid })));
  const { apiKey, applicationId, signatureSecret } = credentials;
  const claims = {
    ...claimsFor(body, Date.now()),
    api_key: apiKey,
    application_id: applicationId,
  };
  const response = await fetch(`${url}/webhooks/inbound`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      Authorization: `Bearer ${signWebhook(claims, undefined, signatureSecret)}`,
    },
    body,
  });
  if (response.status !== 204) throw new Error(`a webhook was answered with ${response.status}`);
  return uuid;
}

async function aboutMessages(sandbox: Sandbox): Promise<readonly Shape[]> {
  await eventually(() => sandbox.messages().length === OWN_MESSAGES);
  return sandbox
    .messages()
    .map(({ message_uuid, client_ref }) => ({ message_uuid, client_ref: client_ref ?? '' }));
}
