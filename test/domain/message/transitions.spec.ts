import { messageStatuses } from '../../../src/domain/message/message-status.js';
import {
  verdictOn,
  verdictOnResolved,
  verdictOnUnstarted,
  verdictOnWithdrawn,
  type Verdict,
} from '../../../src/domain/message/transitions.js';
import { reportStatuses } from '../../../src/domain/report.js';

// Drawn by hand, so that a change of the table shows up here as a change of this picture.
// Row: the current status of the message. Column: the reported status.
const picture = `
                  submitted      delivered      read           rejected       undeliverable  failed
  scheduled       not-sent       not-sent       not-sent       not-sent       not-sent       not-sent
  accepted        not-sent       not-sent       not-sent       not-sent       not-sent       not-sent
  sending         applies        applies        applies        applies        applies        applies
  unknown         applies        applies        applies        applies        applies        applies
  sent            applies        applies        applies        applies        applies        applies
  submitted       repeat         applies        applies        applies        applies        applies
  delivered       late           repeat         applies        contradiction  contradiction  contradiction
  read            late           late           repeat         contradiction  contradiction  contradiction
  unconfirmed     applies        applies        applies        applies        applies        applies
  retrying        late           applies        applies        repeat         repeat         repeat
  rejected        late           contradiction  contradiction  repeat         contradiction  contradiction
  undeliverable   late           contradiction  contradiction  contradiction  repeat         contradiction
  failed          late           contradiction  contradiction  contradiction  contradiction  repeat
  cancelled       not-sent       not-sent       not-sent       not-sent       not-sent       not-sent
  expired         not-sent       not-sent       not-sent       not-sent       not-sent       not-sent
`;

it('judges reports about the current attempt exactly as drawn', () => {
  const [columns = [], ...rows] = picture
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
  const drawn = rows.map(([status, ...cells]) => [
    status,
    Object.fromEntries(columns.map((column, index) => [column, cells[index] as Verdict])),
  ]);
  const judged = messageStatuses.map((status) => [
    status,
    Object.fromEntries(reportStatuses.map((report) => [report, verdictOn(report, status)])),
  ]);
  expect(Object.fromEntries(judged)).toEqual(Object.fromEntries(drawn));
});

it('takes a report about an attempt that the ledger never started for a proof, until the message is final', () => {
  const recovering = messageStatuses.filter((status) => verdictOnUnstarted(status) === 'recovers');
  expect(recovering).toEqual([
    'scheduled',
    'accepted',
    'sending',
    'unknown',
    'sent',
    'submitted',
    'unconfirmed',
    'retrying',
  ]);
});

const resolvedPicture = `
                  submitted      delivered      read           rejected       undeliverable  failed
  abandon         late           applies        applies        repeat         repeat         repeat
  delivered       late           applies        applies        contradiction  contradiction  contradiction
`;

it('lets a carrier have the last word about what a person resolved', () => {
  const [columns = [], ...rows] = resolvedPicture
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
  const judged = (['abandon', 'delivered'] as const).map((resolved) => [
    resolved,
    ...reportStatuses.map((report) => verdictOnResolved(report, resolved)),
  ]);
  expect(columns).toEqual(reportStatuses);
  expect(judged).toEqual(rows);
});

it('does not hide that what was withdrawn afterwards has arrived', () => {
  expect(reportStatuses.map(verdictOnWithdrawn)).toEqual([
    'late',
    'contradiction',
    'contradiction',
    'late',
    'late',
    'late',
  ]);
});
