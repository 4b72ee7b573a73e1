import { scaleLinear, scaleLog } from 'd3-scale';
import { line } from 'd3-shape';
import type { Outcomes } from '../data/report.js';
import { count, money, share } from '../data/numbers.js';
import { span } from '../data/times.js';
import { useWidth } from './use-width.js';

export interface Bucket {
  /** Below the axis, for example `09:00`. */
  readonly label: string;
  readonly messages: number;
  readonly outcomes: Outcomes;
  readonly deliveredShare: number | null;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly cost: number;
}

/** A time in which nothing was sent. */
export interface Held {
  /** In buckets from the left; a part of one too. */
  readonly from: number;
  /** Null: until now. */
  readonly until: number | null;
  readonly words: string;
}

const LEFT = 44;
const RIGHT = 96;
const RIGHT_NARROW = 12;
const BARS = { top: 24, height: 128 };
const SHARE = { top: 196, height: 52 };
const TIME = { top: 292, height: 52 };
const COST = { top: 388, height: 36 };
const HEIGHT = 452;
/** A short hold is seen too. */
const HELD_PIXELS_MIN = 4;
/** The title of the bars needs this much room, pixels. */
const TITLE_PIXELS = 24;
/** About the width of a letter of a label. */
const LETTER_PIXELS = 6;
/** A label needs this much room, pixels. */
const LABEL_PIXELS = 64;

/** Charts outcomes, delivered share, time to delivery and cost over time. */
export function OutcomeChart({
  buckets,
  currency,
  held,
  label,
}: {
  readonly buckets: readonly Bucket[];
  readonly currency: string | null;
  /** Newest first. */
  readonly held: readonly Held[];
  readonly label: string;
}) {
  const [frame, width] = useWidth();
  const right = width - (width < 600 ? RIGHT_NARROW : RIGHT);
  const step = (right - LEFT) / Math.max(1, buckets.length);
  const x = (index: number): number => LEFT + step * (index + 0.5);
  const every = Math.max(1, Math.ceil(LABEL_PIXELS / step));
  return (
    <div ref={frame} className="chartframe">
      {width > 0 && (
        <svg className="chart" width={width} height={HEIGHT} role="img" aria-label={label}>
          {held.map(({ from, until, words }, index) => (
            <HeldBand
              key={words}
              left={Math.max(LEFT, LEFT + step * from)}
              right={until === null ? right : Math.min(right, LEFT + step * until)}
              end={right}
              words={index === 0 ? words : null}
            />
          ))}
          <Bars buckets={buckets} x={x} step={step} right={right} />
          <Shares buckets={buckets} x={x} right={right} isNarrow={width < 600} />
          <Times buckets={buckets} x={x} right={right} isNarrow={width < 600} />
          <Costs buckets={buckets} x={x} step={step} right={right} currency={currency} />
          {buckets.map(({ label: name }, index) =>
            index % every === 0 ? (
              <text key={name} x={x(index)} y={HEIGHT - 8} textAnchor="middle">
                {name}
              </text>
            ) : null,
          )}
        </svg>
      )}
    </div>
  );
}

/** Lies behind all charts, from where sending stopped until it went on. */
function HeldBand({
  left,
  right,
  end,
  words,
}: {
  readonly left: number;
  readonly right: number;
  /** Where the charts end. */
  readonly end: number;
  /** Null: there is room for the newest one's words only. */
  readonly words: string | null;
}) {
  const width = Math.max(HELD_PIXELS_MIN, right - left);
  const at = Math.min(left, end - width);
  // The charts' title is on the left.
  const room = Math.floor((end - LEFT - TITLE_PIXELS) / LETTER_PIXELS);
  return (
    <>
      <rect
        className="f-hold"
        x={at}
        y={BARS.top - 4}
        width={width}
        height={COST.top + COST.height - BARS.top + 4}
      />
      {words !== null && (
        <text className="k" x={end} y={12} textAnchor="end">
          {words.length > room ? `${words.slice(0, room - 1)}…` : words}
        </text>
      )}
    </>
  );
}

interface Part {
  readonly buckets: readonly Bucket[];
  readonly x: (index: number) => number;
  readonly right: number;
}

const Grid = ({
  y,
  right,
  text,
  isBase = false,
}: {
  readonly y: number;
  readonly right: number;
  readonly text: string;
  readonly isBase?: boolean;
}) => (
  <>
    <path className={isBase ? 'gl b' : 'gl'} d={`M${LEFT} ${y}H${right}`} />
    <text x={LEFT - 8} y={y + 4} textAnchor="end">
      {text}
    </text>
  </>
);

const Title = ({ y, children }: { readonly y: number; readonly children: string }) => (
  <text className="t" x={0} y={y}>
    {children}
  </text>
);

function Bars({ buckets, x, step, right }: Part & { readonly step: number }) {
  const most = Math.max(1, ...buckets.map(({ messages }) => messages));
  const y = scaleLinear([0, most], [BARS.top + BARS.height, BARS.top]).nice(2);
  const barWidth = Math.max(1, step * 0.72);
  return (
    <>
      <Title y={12}>Messages</Title>
      {y
        .ticks(2)
        .filter(Number.isInteger)
        .map((tick) => (
          <Grid key={tick} y={y(tick)} right={right} text={count(tick)} isBase={tick === 0} />
        ))}
      {buckets.map(({ label, outcomes }, index) => {
        let from = 0;
        return (['arrived', 'moving', 'doubt', 'lost'] as const).map((part) => {
          const value = outcomes[part];
          if (value <= 0) return null;
          const [top, bottom] = [y(from + value), y(from)];
          from += value;
          // The least of what is news is still seen.
          const height = Math.max(part === 'arrived' ? 0 : 2, bottom - top);
          return (
            <rect
              key={`${label} ${part}`}
              className={part === 'arrived' ? 'f-quiet' : `f-${part}`}
              x={x(index) - barWidth / 2}
              y={bottom - height}
              width={barWidth}
              height={height}
            />
          );
        });
      })}
    </>
  );
}

type Line = readonly (number | null)[];

const pathOf = (values: Line, x: (index: number) => number, y: (value: number) => number): string =>
  line<number | null>()
    .defined((value) => value !== null)
    .x((_, index) => x(index))
    .y((value) => y(value ?? 0))(values) ?? '';

const lastIndex = (values: Line): number => values.findLastIndex((value) => value !== null);

function Shares({ buckets, x, right, isNarrow }: Part & { readonly isNarrow: boolean }) {
  const shares = buckets.map(({ messages, deliveredShare }) =>
    messages === 0 ? null : deliveredShare,
  );
  const known = shares.filter((value) => value !== null);
  // The axis does not start at zero where all is well; then it says so by its ticks.
  const least = Math.min(1, ...known) >= 0.9 ? 0.9 : Math.min(1, ...known) >= 0.5 ? 0.5 : 0;
  const y = scaleLinear([least, 1], [SHARE.top + SHARE.height, SHARE.top]);
  const last = lastIndex(shares);
  return (
    <>
      <Title y={SHARE.top - 14}>Delivered share</Title>
      {[least, (least + 1) / 2, 1].map((tick) => (
        <Grid key={tick} y={y(tick)} right={right} text={`${Math.round(tick * 100)}%`} />
      ))}
      <path className="ln" d={pathOf(shares, x, y)} />
      <Dots values={shares} x={x} y={y} />
      {!isNarrow && last >= 0 && (
        <text className="k" x={x(last) + 10} y={y(shares[last] ?? 0) + 4}>
          {share(shares[last] ?? null)}
        </text>
      )}
    </>
  );
}

/** A value between two gaps has no line; it is a dot. */
const Dots = ({
  values,
  x,
  y,
}: {
  readonly values: Line;
  readonly x: (index: number) => number;
  readonly y: (value: number) => number;
}) =>
  values.map((value, index) =>
    value !== null &&
    (values[index - 1] ?? null) === null &&
    (values[index + 1] ?? null) === null ? (
      <circle key={x(index)} className="f-ink" cx={x(index)} cy={y(value)} r="2" />
    ) : null,
  );

function Times({ buckets, x, right, isNarrow }: Part & { readonly isNarrow: boolean }) {
  const half = buckets.map(({ p50Ms }) => (p50Ms === null ? null : Math.max(1, p50Ms)));
  const most = buckets.map(({ p95Ms }) => (p95Ms === null ? null : Math.max(1, p95Ms)));
  const known = [...half, ...most].filter((value) => value !== null);
  const low = 10 ** Math.floor(Math.log10(Math.min(1_000, ...known)));
  const high = Math.max(low * 10, 10 ** Math.ceil(Math.log10(Math.max(1, ...known))));
  const y = scaleLog([low, high], [TIME.top + TIME.height, TIME.top]);
  const [lastHalf, lastMost] = [lastIndex(half), lastIndex(most)];
  const [halfY, mostY] = apart(y(half[lastHalf] ?? low), y(most[lastMost] ?? low));
  return (
    <>
      <Title y={TIME.top - 14}>Time to delivery</Title>
      {[low, high].map((tick) => (
        <Grid key={tick} y={y(tick)} right={right} text={axisTime(tick)} />
      ))}
      <path className="ln two" d={pathOf(most, x, y)} />
      <path className="ln" d={pathOf(half, x, y)} />
      <Dots values={half} x={x} y={y} />
      {!isNarrow && lastHalf >= 0 && (
        <>
          <text x={x(lastMost) + 10} y={mostY + 4}>
            95 in 100, {span(most[lastMost] ?? 0)}
          </text>
          <text className="k" x={x(lastHalf) + 10} y={halfY + 4}>
            half, {span(half[lastHalf] ?? 0)}
          </text>
        </>
      )}
    </>
  );
}

/** Two labels keep a line's height between them. */
const apart = (lower: number, upper: number): readonly [number, number] =>
  lower - upper >= 14 ? [lower, upper] : [lower + 7, lower - 7];

function Costs({
  buckets,
  x,
  step,
  right,
  currency,
}: Part & { readonly step: number; readonly currency: string | null }) {
  const most = Math.max(...buckets.map(({ cost }) => cost), 0);
  const y = scaleLinear([0, most === 0 ? 1 : most], [COST.top + COST.height, COST.top]);
  const barWidth = Math.max(1, step * 0.72);
  const amount = (value: number): string =>
    currency === null ? '0' : money({ currency, amount: String(value) });
  return (
    <>
      <Title y={COST.top - 14}>Cost</Title>
      <Grid y={y(0)} right={right} text="0" isBase />
      {most > 0 && <Grid y={y(most)} right={right} text={amount(most)} />}
      {buckets.map(({ label, cost }, index) => (
        <rect
          key={label}
          className="f-cost"
          x={x(index) - barWidth / 2}
          y={y(cost)}
          width={barWidth}
          height={y(0) - y(cost)}
        />
      ))}
    </>
  );
}

/** In seconds alone, because minutes beside them would not fit before the axis. */
const axisTime = (ms: number): string => (ms < 1_000 ? `${ms} ms` : `${count(ms / 1_000)} s`);
