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
    say(`The demonstration broke off: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function demonstrate(serviceUrl: string, sandboxUrl: string): Promise<void> {
  const startedAt = new Date().toISOString();
  const sent = await Promise.all(examples.map((example, i) => send(serviceUrl, example, i)));
  const isNew = sent.some(({ createdAt }) => createdAt >= startedAt);
  say(
    isNew
      ? `Sending ${examples.length} messages with different fates …`
      : `The ${examples.length} messages that an earlier start has sent:`,
  );
  // The timer does not delay a stop of the service.
  if (isNew) await delay(SETTLE_MS, undefined, { ref: false });
  const ids = sent.map(({ id }) => id);
  for (const [index, { to, fate }] of examples.entries()) {
    const { id, status, explanation } = await read(serviceUrl, ids[index] ?? '');
    say(`\n  ${to} ${fate}\n    ${id}  ${status}\n    ${explanation}`);
  }
  say(`\nWhere to look:\n${whereToLook(serviceUrl, sandboxUrl, ids[0] ?? '')}\n`);
}

function whereToLook(serviceUrl: string, sandboxUrl: string, id: string): string {
  const address = serviceUrl === DEFAULT_URL ? '' : `WAYBILL_URL=${serviceUrl} `;
  const places = [
    [`${serviceUrl}/`, 'the window, in a browser'],
    [`${serviceUrl}/docs`, 'the API, to read and to try'],
    [`${serviceUrl}/v1/messages/${id}`, 'a message now'],
    [`${serviceUrl}/v1/messages/${id}/events`, 'everything that happened to it'],
    [`${sandboxUrl}/sandbox`, 'which numbers have which fate'],
    [
      `${address}npm run send -- --to +447700980000 --text "Hello"`,
      'send one more and follow it to its end',
    ],
  ] as const;
  return places.map(([place, what]) => `  ${place}\n      ${what}`).join('\n');
}

async function send(serviceUrl: string, { to, text }: Example, index: number): Promise<Shown> {
  const response = await fetch(`${serviceUrl}/v1/messages`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'Idempotency-Key': idempotencyKeyOf(index) },
    body: JSON.stringify({ to, text, reference: 'demonstration' }),
  });
  if (response.status !== 202) {
    throw new Error(`a message was not taken (HTTP ${response.status})`);
  }
  return (await response.json()) as Shown;
}

async function read(serviceUrl: string, id: string): Promise<Shown> {
  const response = await fetch(`${serviceUrl}/v1/messages/${id}`);
  return (await response.json()) as Shown;
}
