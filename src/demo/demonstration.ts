import { reasonOf } from '../application/errors.js';
import { setTimeout as delay } from 'node:timers/promises';

/** One message whose outcome the sandbox chooses by the recipient's last digits. */
interface Example {
  readonly to: string;
  readonly text: string;
  readonly fate: string;
}

const examples: readonly Example[] = [
  { to: '+447700980000', text: 'Your code is 493021', fate: 'is delivered' },
  { to: '+447700980001', text: 'Your parcel is on its way', fate: 'gets no receipt' },
  { to: '+447700991170', text: 'See you at 10:30', fate: 'is rejected: no such recipient' },
  { to: '+447700980004', text: 'Your table is booked', fate: 'has its reports out of order' },
  { to: '+447700980006', text: 'Your invoice is ready', fate: 'is contradicted by a later report' },
];

/** The last report of these, the contradiction, comes about four seconds after the call. */
const SETTLE_MS = 5_500;

/** With the same keys, a later start finds these messages instead of sending more. */
const idempotencyKeyOf = (index: number): string => `demonstration-${index + 1}`;

/** `npm run send` asks this address unless told otherwise. */
const DEFAULT_URL = 'http://127.0.0.1:3000';

interface Shown {
  readonly id: string;
  readonly status: string;
  readonly explanation: string;
  readonly createdAt: string;
}

/** The answer to a message whose person was erased since: it is not sent again. */
const ERASED = 410;

const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** Announces the stand-in: a user who forgot the account must see immediately that nothing is sent. */
export function announceStandIn(sandboxUrl: string): void {
  say(`
*** SANDBOX MODE: no VONAGE_* variable is set, so a stand-in for Vonage runs at ${sandboxUrl}.
*** Nothing reaches a phone. To send for real, write your account into .env (see .env.example).
`);
}

/** Sends a few messages through the service's own API, and shows their results and where to look. */
export async function showDemonstration(serviceUrl: string, sandboxUrl: string): Promise<void> {
  try {
    await demonstrate(serviceUrl, sandboxUrl);
  } catch (error) {
    // The service keeps running despite this fault.
    say(`The demonstration broke off: ${reasonOf(error)}`);
  }
}

async function demonstrate(serviceUrl: string, sandboxUrl: string): Promise<void> {
  const startedAt = new Date().toISOString();
  const sent = await Promise.all(examples.map((example, i) => send(serviceUrl, example, i)));
  const isNew = sent.some((shown) => shown !== null && shown.createdAt >= startedAt);
  say(
    isNew
      ? `Sending ${examples.length} messages with different fates …`
      : `The ${examples.length} messages that an earlier start has sent:`,
  );
  // The timer does not delay a stop of the service.
  if (isNew) await delay(SETTLE_MS, undefined, { ref: false });
  for (const [index, { to, fate }] of examples.entries()) {
    const shown = sent[index] ?? null;
    if (shown === null) {
      say(`\n  An example that ${fate}\n    Its person was erased, so it is not sent again.`);
      continue;
    }
    const { id, status, explanation } = await read(serviceUrl, shown.id);
    say(`\n  ${to} ${fate}\n    ${id}  ${status}\n    ${explanation}`);
  }
  const id = sent.find((shown) => shown !== null)?.id;
  say(`\nWhere to look:\n${whereToLook(serviceUrl, sandboxUrl, id)}\n`);
}

/** @param id of a message to look at, where one is left */
function whereToLook(serviceUrl: string, sandboxUrl: string, id: string | undefined): string {
  const address = serviceUrl === DEFAULT_URL ? '' : `WAYBILL_URL=${serviceUrl} `;
  const places = [
    [`${serviceUrl}/`, 'the window, in a browser'],
    [`${serviceUrl}/docs`, 'the API, to read and to try'],
    ...(id === undefined
      ? []
      : [
          [`${serviceUrl}/v1/messages/${id}`, 'a message now'],
          [`${serviceUrl}/v1/messages/${id}/events`, 'everything that happened to it'],
        ]),
    [`${sandboxUrl}/sandbox`, 'which numbers have which fate'],
    [
      `${address}npm run send -- --to +447700980000 --text "Hello"`,
      'send one more and follow it to its end',
    ],
  ];
  return places.map(([place, what]) => `  ${place}\n      ${what}`).join('\n');
}

/** @returns null when the person of the message was erased */
async function send(
  serviceUrl: string,
  { to, text }: Example,
  index: number,
): Promise<Shown | null> {
  const response = await fetch(`${serviceUrl}/v1/messages`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'Idempotency-Key': idempotencyKeyOf(index) },
    body: JSON.stringify({ to, text, reference: 'demonstration' }),
  });
  if (response.status === ERASED) return null;
  if (response.status !== 202) {
    throw new Error(`a message was not taken (HTTP ${response.status})`);
  }
  return (await response.json()) as Shown;
}

async function read(serviceUrl: string, id: string): Promise<Shown> {
  const response = await fetch(`${serviceUrl}/v1/messages/${id}`);
  return (await response.json()) as Shown;
}
