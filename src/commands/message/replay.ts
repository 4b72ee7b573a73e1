import { argumentsOf, json, onlyWord, runCommand, type Print } from '../command.js';
import type { EventView } from '../../adapters/http/ledger/event-view.js';
import { printableInLine } from '../printable.js';
import { ServiceClient } from '../service-client.js';

const USAGE = `Prints everything that happened to a message, in order, and what each event changed.

  npm run replay -- ID [--json]

  --json  prints each event as a line of JSON

WAYBILL_URL and WAYBILL_API_KEY (scope audit, and read) say where the service is and with which key to ask.
Exit code: 0 printed, 1 the service refused or did not answer, or an event is damaged, 2 wrong usage.
`;

async function replay(args: readonly string[], print: Print): Promise<number> {
  const { positionals, values } = argumentsOf(args, { json });
  const id = onlyWord(positionals, 'Give one message id.');
  const client = ServiceClient.fromEnvironment(process.env);
  if (values.json === true) {
    for (const event of await client.events(id)) print(JSON.stringify(event));
    return 0;
  }
  const events = await client.events(id);
  print(`Message ${events[0]?.stream.replace(/^message-/, '') ?? id}`);
  for (const event of events) for (const line of linesOf(event)) print(line);
  // A damaged event makes the state unknown, and then the printed events are needed most.
  const message = await client.message(id).catch((error: unknown) => {
    print('\nNow: the state cannot be told.');
    throw error;
  });
  print(`\nNow: ${message.status}${message.contradicted ? ', contradicted' : ''}`);
  print(message.explanation);
  return 0;
}

function linesOf(event: EventView): readonly string[] {
  const { effect, metadata, revision, recordedAt, type, data, damaged } = event;
  const by = [metadata.source ?? 'unknown', metadata.actor].filter(Boolean).join(' ');
  return [
    `\n#${revision}  ${recordedAt ?? 'at an unknown time'}  ${type}  (${by})`,
    ...(damaged === undefined ? [] : [`    damaged: ${damaged}`]),
    ...(effect === undefined || effect === null ? [] : [`    ${effectOf(effect)}`]),
    ...Object.entries(data ?? {}).flatMap(([name, value]) => detailOf(name, value)),
  ];
}

function effectOf({ from, to, applied, reason }: NonNullable<EventView['effect']>): string {
  if (!applied) return `refused (${reason}); the message stays ${to}`;
  return from === to ? `the message stays ${to}` : `${from ?? 'nothing'} -> ${to}`;
}

/** Leaves out empty values; shows nested ones as JSON. A text must not look like an event of its own. */
function detailOf(name: string, value: unknown): readonly string[] {
  if (value === null || value === '' || (Array.isArray(value) && value.length === 0)) return [];
  const shown = typeof value === 'string' ? value : JSON.stringify(value);
  return [`    ${name}: ${printableInLine(shown)}`];
}

await runCommand(USAGE, replay);
