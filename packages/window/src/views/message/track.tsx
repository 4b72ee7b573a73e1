import type { Message, MessageStatus } from 'waybill-client';
import { statuses, type Family } from '../../data/statuses.js';
import { clockTime, fullTime } from '../../data/times.js';
import type { Told } from '../../data/timeline.js';
import { Icon } from '../../parts/icon.js';

/** More stations than this have labels at changes only. */
const LABELS_MAX = 12;

const lines: Readonly<Record<Family, string>> = {
  moving: 'm',
  doubt: 'd',
  arrived: 'a',
  lost: 'l',
  closed: 'c',
  clash: 'a',
};

export const lineOf = (status: MessageStatus | null): string =>
  status === null ? '' : lines[statuses[status].family];

/** Main line and siding from the first event to now, and a slider to any moment of it. */
export function Track({
  told,
  chosen,
  choose,
  message,
  now,
}: {
  readonly told: readonly Told[];
  readonly chosen: number | null;
  readonly choose: (index: number | null) => void;
  /** As it is shown: now, or at the chosen event; undefined: not read yet. */
  readonly message: Message | undefined;
  readonly now: Date;
}) {
  const stations = told.length + 1;
  const isCrowded = stations > LABELS_MAX;
  const value = chosen ?? told.length;
  const chosenEvent = chosen === null ? undefined : told[chosen];
  const stand =
    message === undefined
      ? ''
      : `: ${message.status}${message.contradicted ? ', contradicted' : ''}`;
  const words =
    chosenEvent === undefined
      ? `${clockTime(now)}, now${stand}`
      : `${fullTime(chosenEvent.entry.recordedAt, now)}${stand}`;
  return (
    <section
      className={`panel asof ${chosen === null ? '' : 'earlier'}`}
      aria-label="As of any moment"
    >
      <div className="top">
        <h2 className="bare">As known at</h2>
        {/* The slider says it itself, and a clock that ticks is no news. */}
        <output htmlFor="at" aria-live="off">
          {words}
        </output>
        <span className="grow" />
        {chosen !== null && (
          <button className="link plain" type="button" onClick={() => choose(null)}>
            Back to now
          </button>
        )}
        <span className="keys">
          <span>
            <kbd>←</kbd>
            <kbd>→</kbd> one event
          </span>
          <span>
            <kbd>End</kbd> now
          </span>
        </span>
      </div>
      <div className="trackwrap">
        <ol className="track" style={{ '--cols': stations } as React.CSSProperties}>
          {told.map((one) => (
            <Station key={one.entry.revision} told={one} isCrowded={isCrowded} />
          ))}
          <li className={lineOf(told.at(-1)?.after ?? null)}>
            <i className={dotOf(told.at(-1)?.after ?? null)} />
            <b>Now</b>
            {!isCrowded && <time>{clockTime(now)}</time>}
          </li>
        </ol>
        <label className="sr" htmlFor="at">
          Show the message as it was known at
        </label>
        <input
          className="scrub"
          id="at"
          type="range"
          min={0}
          max={told.length}
          value={value}
          style={{
            left: `calc(100% / ${stations * 2} - 13px)`,
            width: `calc(100% * ${(stations - 1) / stations} + 26px)`,
          }}
          aria-valuetext={
            chosenEvent === undefined ? `Now${stand}` : `${words}, ${chosenEvent.title}`
          }
          onChange={(event) => {
            const index = Number(event.target.value);
            choose(index >= told.length ? null : index);
          }}
        />
      </div>
    </section>
  );
}

function Station({ told, isCrowded }: { readonly told: Told; readonly isCrowded: boolean }) {
  const { before, after, changedTo, refusal, label, entry } = told;
  const isLabelled = !isCrowded || changedTo !== null || refusal !== null;
  return (
    <li className={lineOf(before)}>
      {refusal !== null && (
        <svg className={`side ${refusal.family}`} viewBox="0 0 48 38" aria-hidden="true">
          <path
            d="M0 35C10 35 10 12 22 12h6"
            fill="none"
            stroke="currentColor"
            strokeWidth="1.75"
            strokeDasharray="4 3"
          />
          {refusal.family === 'clash' ? (
            <g transform="translate(28 4)">
              <Icon shape="clash" />
            </g>
          ) : (
            <path d="M31 6v12" stroke="currentColor" strokeWidth="2.25" strokeLinecap="round" />
          )}
        </svg>
      )}
      {changedTo === null ? (
        <i className={dotOf(after)} />
      ) : (
        <Icon shape={statuses[changedTo].shape} className={statuses[changedTo].family} />
      )}
      {isLabelled && <b>{label}</b>}
      {isLabelled && !isCrowded && <time>{clockTime(entry.recordedAt)}</time>}
    </li>
  );
}

const dotOf = (status: MessageStatus | null): string =>
  status === null ? '' : `dot-${statuses[status].family}`;
