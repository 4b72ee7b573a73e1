import type { ShownPreview } from '../../adapters/http/messages/preview.controller.js';
import { json, option, optionsOf, runCommand, UsageError, type Print } from '../command.js';
import { ServiceClient } from '../service-client.js';

const USAGE = `Says everything that would be true of a message, without sending it.

  waybill preview --to NUMBER --text TEXT [--from SENDER] [--channel CHANNEL] [--json]

  --json  the whole answer as JSON

WAYBILL_URL and WAYBILL_API_KEY say where the service is and with which key to ask; it needs the scope send.
Exit code: 0 it would be taken, 3 it would be refused, 1 the service refused or did not answer, 2 wrong usage.
`;

const REFUSED = 3;

async function preview(args: readonly string[], print: Print): Promise<number> {
  const options = { to: option, text: option, from: option, channel: option, json };
  const { json: isJson, ...message } = optionsOf(args, options);
  if (message.to === undefined || message.text === undefined) {
    throw new UsageError('--to and --text are needed.');
  }
  const shown = await ServiceClient.fromEnvironment(process.env).preview(message);
  if (isJson === true) print(JSON.stringify(shown));
  else for (const line of linesOf(shown)) print(line);
  return shown.allowed ? 0 : REFUSED;
}

function linesOf(shown: ShownPreview): readonly string[] {
  const { to, segments, unicode, estimatedCost, costBasis, faults, refusal } = shown;
  const cost = estimatedCost?.map(({ amount, currency }) => `${amount} ${currency}`).join(' + ');
  const forced = unicode?.characters.map(({ character }) => character).join(' ');
  return [
    shown.allowed ? 'It would be taken.' : 'It would be refused.',
    ...faults.map(({ detail }) => `  - ${detail}`),
    ...(refusal === null ? [] : [`  - ${refusal.detail}`]),
    ...(to === null
      ? []
      : [`To        ${to.address}${to.country === null ? '' : ` (${to.country})`}`]),
    ...(shown.from === null ? [] : [`From      ${shown.from}`]),
    ...(segments === null ? [] : [`Segments  ${segments.count} (${segments.encoding})`]),
    ...(forced === undefined ? [] : [`Unicode   because of ${forced}`]),
    `Cost      ${cost ?? 'unknown'}. ${costBasis}`,
  ];
}

await runCommand(USAGE, preview);
