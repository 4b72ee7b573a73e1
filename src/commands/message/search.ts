import type { ListedMessage } from '../../application/reporting/message-list.js';
import { json, option, optionsOf, runCommand, UsageError, type Print } from '../command.js';
import { ServiceClient } from '../service-client.js';
import { printTable } from '../table.js';

const USAGE = `Finds messages, the newest first.

  waybill search [--to NUMBER] [--from SENDER] [--status STATUS[,STATUS]] [--reference TEXT] [--uuid UUID]
      [--country GB] [--error CODE] [--since TIME] [--until TIME] [--time-zone ZONE] [--limit N] [--json]

  --to     a number as people write it, or its last digits
  TIME     2030-01-31T09:30Z, 2030-01-31 or, with --time-zone, 2030-01-31T09:30
  --limit  the most messages to print, 1 to 10000 (50)
  --json   each message as a line of JSON

WAYBILL_URL and WAYBILL_API_KEY say where the service is and with which key to ask; it needs the scope read.
Exit code: 0 found some or none, 1 the service refused or did not answer, 2 wrong usage.
`;

const LIMIT_MAX = 10_000;

/** The parameter of the API for each option that has another name. */
const parameters: Readonly<Record<string, string>> = {
  uuid: 'messageUuid',
  error: 'errorCode',
  'time-zone': 'timeZone',
};

async function search(args: readonly string[], print: Print): Promise<number> {
  const {
    limit: most,
    json: isJson,
    ...filters
  } = optionsOf(args, {
    to: option,
    from: option,
    status: option,
    reference: option,
    uuid: option,
    country: option,
    error: option,
    since: option,
    until: option,
    'time-zone': option,
    limit: { type: 'string', default: '50' },
    json,
  });
  const limit = Number(most);
  if (!Number.isInteger(limit) || limit < 1 || limit > LIMIT_MAX) {
    throw new UsageError(`--limit must be a whole number from 1 to ${LIMIT_MAX}.`);
  }
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(filters)) query.set(parameters[name] ?? name, value);
  const found: ListedMessage[] = [];
  for await (const message of ServiceClient.fromEnvironment(process.env).messages(query, limit)) {
    if (isJson === true) print(JSON.stringify(message));
    else found.push(message);
  }
  if (isJson === true) return 0;
  if (found.length === 0) print('No message matches.');
  else printTable(['created', 'status', 'to', 'from', 'error', 'id'], found.map(rowOf), print);
  return 0;
}

const rowOf = (message: ListedMessage): readonly string[] => [
  message.createdAt,
  message.status,
  message.to,
  message.from,
  message.errorCode ?? '',
  message.id,
];

await runCommand(USAGE, search);
