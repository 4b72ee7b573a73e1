import type { RefObject } from 'react';
import { Fragment } from 'react';
import type { Message } from 'waybill-client';
import { counted } from '../../data/numbers.js';
import { statuses } from '../../data/statuses.js';
import { clockTime, dayName, daysBefore, exactTime, span } from '../../data/times.js';
import type { Told } from '../../data/timeline.js';
import { Icon } from '../../parts/icon.js';
import { Panel } from '../../parts/panel.js';
import { Failure, Loading } from '../../parts/states.js';
import { Status, Tag } from '../../parts/status.js';
import { YourTime } from '../../parts/your-time.js';
import { RawEvent } from './raw-event.js';
import { lineOf } from './track.js';

/** A longer pause is drawn as a gap. */
const GAP_MS = 60_000;

/** Every event in order: what it changed, or why it was refused. */
export function Timeline({
  id,
  told,
  chosen,
  message,
  now,
  mayAudit,
  list,
  error,
}: {
  readonly id: string;
  readonly told: readonly Told[];
  readonly chosen: number | null;
  readonly message: Message;
  readonly now: Date;
  readonly mayAudit: boolean;
  readonly list: RefObject<HTMLOListElement | null>;
  readonly error: unknown;
}) {
  // A message has one event at least.
  if (told.length === 0) {
    return (
      <Panel title="What happened">
        {error === null ? (
          <Loading label="Reading its events" rows={4} />
        ) : (
          <Failure error={error} />
        )}
      </Panel>
    );
  }
  const changed = told.filter(({ changedTo }) => changedTo !== null).length;
  const refused = told.filter(({ refusal }) => refusal !== null).length;
  return (
    <Panel
      title="What happened"
      label="Timeline"
      note={`${counted(told.length, 'event')}: ${changed} changed the status${refused === 0 ? '' : `, ${refused} ${refused === 1 ? 'was' : 'were'} refused`}`}
    >
      <ol className="tl" ref={list}>
        {told.map((one, index) => (
          <Fragment key={one.entry.revision}>
            {(one.sinceLastMs ?? 0) > GAP_MS && <Gap told={one} />}
            <Event
              id={id}
              told={one}
              isChosen={index === chosen}
              isFirst={index === 0}
              isLate={chosen !== null && index > chosen}
              now={now}
              mayAudit={mayAudit}
            />
          </Fragment>
        ))}
        <Still message={message} now={now} />
      </ol>
      <div className="listfoot">
        <span className="keys">
          <span>
            <kbd>←</kbd>
            <kbd>→</kbd> event
          </span>
          {mayAudit && (
            <span>
              <kbd>W</kbd> raw webhook
            </span>
          )}
        </span>
        <span>
          <YourTime times={told.map(({ entry }) => entry.recordedAt)} now={now} />. Gaps longer than
          a minute are drawn short.
        </span>
      </div>
    </Panel>
  );
}

const Gap = ({ told }: { readonly told: Told }) => (
  <li className={`gap t-${lineOf(told.before)} b-${lineOf(told.before)}`}>
    <div className="when">
      <small>{span(told.sinceLastMs ?? 0)}</small>
    </div>
    <div className="rail-l" />
    <div />
    <span />
  </li>
);

function Event({
  id,
  told,
  isChosen,
  isFirst,
  isLate,
  now,
  mayAudit,
}: {
  readonly id: string;
  readonly told: Told;
  readonly isChosen: boolean;
  readonly isFirst: boolean;
  /** It was not known yet at the chosen moment. */
  readonly isLate: boolean;
  readonly now: Date;
  readonly mayAudit: boolean;
}) {
  const { entry, title, text, source, changedTo, before, after, refusal, sinceLastMs } = told;
  const classes = [
    isFirst ? '' : `t-${lineOf(before)}`,
    `b-${lineOf(after)}`,
    refusal === null ? '' : refusal.family === 'clash' ? 'con' : 'ref',
    isChosen ? 'here' : '',
    isLate ? 'unborn' : '',
  ];
  return (
    <li className={classes.join(' ')} aria-current={isChosen ? 'step' : undefined}>
      <div className="when">
        {exactTime(entry.recordedAt)}
        <small>{isFirst ? dayOf(entry.recordedAt, now) : `+${span(sinceLastMs ?? 0)}`}</small>
      </div>
      <div className="rail-l">
        {refusal !== null ? (
          <>
            <svg
              className={`branch ${refusal.family}`}
              width="30"
              height="24"
              viewBox="0 0 30 24"
              aria-hidden="true"
            >
              <path
                d="M1 0c0 14 6 14 24 14"
                fill="none"
                stroke="currentColor"
                strokeWidth="1.75"
                strokeDasharray="4 3"
              />
            </svg>
            <Icon
              shape={refusal.family === 'clash' ? 'clash' : 'stop'}
              className={`end ${refusal.family}`}
            />
          </>
        ) : changedTo === null ? (
          <i className={after === null ? '' : `dot-${statuses[after].family}`} />
        ) : (
          <Icon shape={statuses[changedTo].shape} className={`g ${statuses[changedTo].family}`} />
        )}
      </div>
      <div>
        <h3>
          {title}{' '}
          {changedTo !== null && (
            <>
              {before !== null && <span className="sr">from {statuses[before].word} to</span>}
              <Status status={changedTo} size={14} />
            </>
          )}
          {refusal !== null && <Tag family={refusal.family}>{refusal.tag}</Tag>}
          {changedTo === null && refusal === null && <span className="quiet">no change</span>}
        </h3>
        {text !== null && text !== '' && <p>{text}</p>}
        <p className="src">{source}</p>
        {mayAudit && entry.details.hasWebhook && <RawEvent id={id} revision={entry.revision} />}
      </div>
      <span className="rev">r{entry.revision}</span>
    </li>
  );
}

const dayOf = (at: string, now: Date): string =>
  daysBefore(new Date(at), now) === 0 ? 'today' : dayName(new Date(at), now);

function Still({ message, now }: { readonly message: Message; readonly now: Date }) {
  const { word, family, shape } = statuses[message.status];
  return (
    <li className={`t-${lineOf(message.status)} nowrow`}>
      <div className="when">
        {clockTime(now)}
        <small>now</small>
      </div>
      <div className="rail-l">
        <Icon shape={shape} className={`g ${family}`} />
      </div>
      <div>
        <h3>Still {word.toLowerCase()}</h3>
        <p className="src">
          {message.final
            ? 'Nothing more is due. A report that comes yet is kept here.'
            : 'News appears here by itself.'}
        </p>
      </div>
      <span />
    </li>
  );
}
