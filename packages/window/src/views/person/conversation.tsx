import { Fragment } from 'react';
import { Link } from 'wouter';
import { tellChange, type ConsentChange, type Line, type Said } from '../../data/person.js';
import { dayName, daysBefore, fullTime, shortTime } from '../../data/times.js';
import { Icon } from '../../parts/icon.js';
import type { Shape } from '../../parts/shapes.js';
import { Status } from '../../parts/status.js';

/** Texts in both directions, oldest first, with what was said about consent in between. */
export function Conversation({
  lines,
  label,
  now,
}: {
  readonly lines: readonly Line[];
  readonly label: string;
  readonly now: Date;
}) {
  return (
    <ol className="talk" aria-label={`${label}, oldest first`}>
      {lines.map((line, index) => {
        const before = lines[index - 1];
        const day = dayOf(line.at, now);
        const isNewDay = before === undefined || dayOf(before.at, now) !== day;
        return (
          <Fragment key={keyOf(line)}>
            {isNewDay && <li className="dayline">{day}</li>}
            {line.kind === 'consent' ? (
              <ConsentLine change={line.change} now={now} />
            ) : (
              <Text said={line.said} now={now} />
            )}
          </Fragment>
        );
      })}
    </ol>
  );
}

function dayOf(at: string, now: Date): string {
  const day = new Date(at);
  const days = daysBefore(day, now);
  if (days === 0) return 'Today';
  return days === 1 ? 'Yesterday' : dayName(day, now);
}

function keyOf(line: Line): string {
  if (line.kind === 'consent') return `${line.change.change} ${line.at}`;
  return line.said.direction === 'outbound' ? line.said.id : line.said.messageUuid;
}

function Text({ said, now }: { readonly said: Said; readonly now: Date }) {
  const time = <time title={fullTime(said.at, now)}>{shortTime(said.at)}</time>;
  const elsewhere =
    said.channel === null || said.channel === 'sms' ? null : <span>{said.channel}</span>;
  if (said.direction === 'inbound') {
    return (
      <li className="msg in">
        <p>
          <span className="sr">They wrote: </span>
          <Words text={said.text} instead={said.messageType} />
        </p>
        <span className="meta">
          {time}
          {elsewhere}
        </span>
      </li>
    );
  }
  return (
    <li className="msg out">
      <p>
        <span className="sr">We sent: </span>
        <Words text={said.text} instead={said.status === null ? 'damaged' : 'text'} />
      </p>
      <span className="meta">
        {time}
        {elsewhere}
        <Link className="link" href={`/messages/${said.id}`}>
          {said.status === null ? 'Damaged' : <Status status={said.status} size={13} />}
        </Link>
        {said.contradicted && (
          <span className="st clash">
            <Icon shape="clash" size={13} />
            <span className="sr">contradicted</span>
          </span>
        )}
      </span>
    </li>
  );
}

const Words = ({ text, instead }: { readonly text: string | null; readonly instead: string }) => {
  if (text !== null) return <span className="written">{text}</span>;
  if (instead !== 'text') return <span className="quiet">{instead}</span>;
  return (
    <span className="mask" role="img" aria-label="hidden">
      ••••••
    </span>
  );
};

const shapeOf = {
  'opted-out': 'cancelled',
  'opted-in': 'check',
  barred: 'stop',
  'review-begun': 'unknown',
  'review-dismissed': 'check',
} as const satisfies Readonly<Record<ConsentChange['change'], Shape>>;

const ConsentLine = ({ change, now }: { readonly change: ConsentChange; readonly now: Date }) => (
  <li className="sys">
    <Icon shape={shapeOf[change.change]} size={14} />
    <span title={fullTime(change.at, now)}>{tellChange(change)}</span>
  </li>
);
