import { reportDimensions } from '../../application/ports/delivery-totals.js';
import type { DeliveryReportRow } from '../../application/reporting/delivery-report.js';
import { json, option, optionsOf, runCommand, type Print } from '../command.js';
import { ServiceClient } from '../service-client.js';
import { printTable } from '../table.js';

const USAGE = `Prints how many messages were delivered, how fast, and what they cost.

  waybill report [--group-by DIMENSION[,DIMENSION]] [--since TIME] [--until TIME] [--time-zone ZONE] [--json]

  DIMENSION  ${reportDimensions.join(', ')}
             Hours and days are of UTC, also with --time-zone.
  TIME       2030-01-31T09:30Z, 2030-01-31 or, with --time-zone, 2030-01-31T09:30
  --json     the report as JSON

WAYBILL_URL and WAYBILL_API_KEY say where the service is and with which key to ask; it needs the scope read.
Exit code: 0 done, 1 the service refused or did not answer, 2 wrong usage.
`;

async function report(args: readonly string[], print: Print): Promise<number> {
  const values = optionsOf(args, {
    'group-by': option,
    since: option,
    until: option,
    'time-zone': option,
    json,
  });
  const query = new URLSearchParams();
  const given = {
    groupBy: values['group-by'],
    since: values.since,
    until: values.until,
    timeZone: values['time-zone'],
  };
  for (const [name, value] of Object.entries(given))
    if (value !== undefined) query.set(name, value);
  const answer = await ServiceClient.fromEnvironment(process.env).report(query);
  if (values.json === true) {
    print(JSON.stringify(answer));
    return 0;
  }
  const { groupBy, rows } = answer;
  const figures = ['messages', 'delivered', 'unconfirmed', 'p50', 'p95', 'cost'];
  const cells = rows.map((row) => [
    ...groupBy.map((dimension) => row.group[dimension] ?? '(unknown)'),
    ...figuresOf(row),
  ]);
  printTable([...groupBy, ...figures], cells, print);
  return 0;
}

const figuresOf = (row: DeliveryReportRow): readonly string[] => [
  String(row.messages),
  percent(row.deliveredShare),
  percent(row.unconfirmedShare),
  seconds(row.timeToDelivery.p50Ms),
  seconds(row.timeToDelivery.p95Ms),
  row.cost.map(({ amount, currency }) => `${amount} ${currency}`).join(' + '),
];

const percent = (share: number | null): string =>
  share === null ? '' : `${(share * 100).toFixed(1)} %`;

const seconds = (milliseconds: number | null): string =>
  milliseconds === null ? '' : `${(milliseconds / 1000).toFixed(1)} s`;

await runCommand(USAGE, report);
