import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decide } from '../src/domain/message/decide.js';
import type { MessageCommand } from '../src/domain/message/message-commands.js';
import { resolvedOutcomes } from '../src/domain/message/message-events.js';
import { messageStatuses, type MessageStatus } from '../src/domain/message/message-status.js';
import { currentAttempt, evolve, unheardOf, type Message } from '../src/domain/message/message.js';
import {
  verdictOn,
  verdictOnResolved,
  verdictOnUnstarted,
  verdictOnWithdrawn,
} from '../src/domain/message/transitions.js';
import { reportStatuses } from '../src/domain/report.js';
import { aReport, aRequest, MESSAGE_ID, stepToAnother } from './support/facts/message-facts.js';
import { circumstances, NOON } from './support/facts/scenario.js';

const readme = readFileSync(join(import.meta.dirname, '..', 'README.md'), 'utf8');

/** A time after every retry is due and every window has closed. */
const LATER = '2030-01-01T13:00:00.000Z';

/** All permanent failures are one node in the picture. */
const node = (status: MessageStatus | undefined): string => {
  if (status === undefined) return '[*]';
  return ['rejected', 'undeliverable', 'failed'].includes(status) ? 'failed_for_good' : status;
};

const statusOf = (message: Message): MessageStatus | undefined =>
  message.kind === 'tracked' ? message.status : undefined;

function commandsFor(message: Message): readonly MessageCommand[] {
  const attempt = message.kind === 'tracked' ? (currentAttempt(message)?.number ?? 1) : 1;
  const refusal = { httpStatus: null, reason: 'x', problem: null, retryAfterMs: null };
  return [
    { type: 'RequestMessage', request: aRequest({ expiresAt: null }) },
    { type: 'RequestMessage', request: aRequest({ sendAt: LATER }) },
    { type: 'RequestMessage', request: aRequest({ expiresAt: LATER }) },
    { type: 'RequestMessage', request: aRequest({ sendAt: LATER, expiresAt: LATER }) },
    { type: 'RequestMessage', request: aRequest({ expiresAt: null, fallback: [stepToAnother] }) },
    { type: 'StartAttempt', messageId: MESSAGE_ID },
    { type: 'RecordOutcome', attempt, outcome: { kind: 'accepted', messageUuid: 'u' } },
    { type: 'RecordOutcome', attempt, outcome: { kind: 'unknown', reason: 'x' } },
    ...(['transient', 'permanent', 'ambiguous'] as const).map((kind): MessageCommand => ({
      type: 'RecordOutcome',
      attempt,
      outcome: { kind: 'refused', class: kind, ...refusal },
    })),
    ...[attempt, attempt + 1].flatMap((about) =>
      reportStatuses.flatMap((status) =>
        ['1000', '1170'].map((code): MessageCommand => ({
          type: 'ReportStatus',
          report: aReport(status, { attempt: about, code }),
          occurredAt: NOON,
          receivedAt: NOON,
        })),
      ),
    ),
    ...resolvedOutcomes.map((outcome): MessageCommand => ({
      type: 'ResolveOutcome',
      resolution: { outcome, reason: 'x', by: null, requestId: null },
    })),
    { type: 'CloseConfirmationWindow' },
    { type: 'ExpireMessage' },
    { type: 'CancelMessage', reason: 'x' },
    { type: 'SkipStep', step: 1, reason: 'x' },
  ];
}

/** States of one key move alike. */
const keyOf = (message: Message): string => {
  if (message.kind === 'unheard-of') return '';
  const { status, resolvedAs, attempts, request, stepTried } = message;
  const made = attempts.map(({ outcome }) => outcome).join();
  const last = stepTried > 0 && attempts.at(-1)?.status;
  return [
    status,
    resolvedAs,
    made,
    request?.expiresAt,
    request?.fallback.length,
    stepTried,
    last,
  ].join(' ');
};

/** Returns every move between two statuses that any command can cause, found by trying all of them. */
function moves(): ReadonlySet<string> {
  const found = new Set<string>();
  const seen = new Set<string>();
  let frontier: Message[] = [unheardOf];
  for (let depth = 0; depth < 6; depth++) {
    const next: Message[] = [];
    for (const message of frontier) {
      for (const command of commandsFor(message)) {
        for (const now of [NOON, LATER]) {
          const after = decide(command, message, circumstances({ now })).reduce(evolve, message);
          const [from, to] = [node(statusOf(message)), node(statusOf(after))];
          if (message.kind === 'unheard-of' && command.type === 'ReportStatus') continue;
          if (from !== to && to !== '[*]') found.add(`${from} --> ${to}`);
          const key = keyOf(after);
          if (seen.has(key)) continue;
          seen.add(key);
          next.push(after);
        }
      }
    }
    frontier = next;
  }
  return found;
}

it('draws exactly the moves that the state machine makes', () => {
  const drawn = /```mermaid\nstateDiagram-v2\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
  const edges = drawn
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.includes('-->'));
  expect(edges.toSorted()).toEqual([...moves()].toSorted());
});

it('prints the table of reports as the state machine has it', () => {
  const rows = messageStatuses.map((status) => {
    const verdicts = reportStatuses.map((report) => verdictOn(report, status));
    const cells = [...verdicts, verdictOnUnstarted(status)].map((verdict) =>
      verdict === 'applies' || verdict === 'recovers' ? '**yes**' : verdict,
    );
    return `| \`${status}\` | ${cells.join(' | ')} |`;
  });
  const withdrawn = reportStatuses.map((report) => verdictOnWithdrawn(report));
  rows.push(`| the same two, after an attempt | ${withdrawn.join(' | ')} | not-sent |`);
  for (const resolved of ['abandon', 'delivered'] as const) {
    const verdicts = reportStatuses.map((report) => verdictOnResolved(report, resolved));
    const cells = verdicts.map((verdict) => (verdict === 'applies' ? '**yes**' : verdict));
    const name = resolved === 'abandon' ? '`failed`, given up' : '`delivered`, by a person';
    rows.push(`| ${name} | ${cells.join(' | ')} | if it was reached |`);
  }
  for (const row of rows) expect(readme.replace(/ +/g, ' ')).toContain(row);
});
