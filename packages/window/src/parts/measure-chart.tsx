import { scaleLinear } from 'd3-scale';
import { line } from 'd3-shape';
import { useWidth } from './use-width.js';

export interface Point {
  /** Of its own, which a label need not be: an hour of a change of the clocks comes twice. */
  readonly id: string;
  readonly label: string;
  readonly value: number | null;
}

/** Groups that are drawn; the table has all. */
export const ROWS_MAX = 12;
const ROW_HEIGHT = 28;
/** Names of two groups together are long: they get their room where there is some. */
const NAME_WIDTH = 168;
const NAME_WIDTH_MAX = 300;
const VALUE_WIDTH = 72;
/** About the width of a letter of the small size. */
const LETTER_PIXELS = 6.4;
const LINE_HEIGHT = 240;
const LEFT = 56;
const LABEL_PIXELS = 72;

interface Props {
  readonly points: readonly Point[];
  readonly show: (value: number | null) => string;
  readonly isTime: boolean;
  /** More of it is worse. */
  readonly isBad: boolean;
  /** A share: the whole is one. */
  readonly isShare: boolean;
  readonly label: string;
}

/** One measure: over time as a line, over groups as bars from zero. */
export function MeasureChart({ points, show, isTime, isBad, isShare, label }: Props) {
  const [frame, width] = useWidth();
  const Shape = isTime ? TimeLine : GroupBars;
  return (
    <div ref={frame} className="chartframe">
      {width > 0 && (
        <Shape
          points={points}
          show={show}
          isBad={isBad}
          isShare={isShare}
          label={label}
          width={width}
        />
      )}
    </div>
  );
}

interface Drawn {
  readonly points: readonly Point[];
  readonly show: (value: number | null) => string;
  readonly isBad: boolean;
  readonly isShare: boolean;
  readonly label: string;
  readonly width: number;
}

function GroupBars({ points, show, isBad, isShare, label, width }: Drawn) {
  const shown = points.slice(0, ROWS_MAX);
  const longest = Math.max(...shown.map(({ label: name }) => name.length)) * LETTER_PIXELS;
  const names = Math.min(Math.max(NAME_WIDTH, longest + 12), NAME_WIDTH_MAX, width * 0.4);
  const most = isShare ? 1 : Math.max(...shown.map(({ value }) => value ?? 0));
  const x = scaleLinear([0, most === 0 ? 1 : most], [0, width - names - VALUE_WIDTH]);
  return (
    <svg
      className="chart"
      width={width}
      height={shown.length * ROW_HEIGHT}
      role="img"
      aria-label={label}
    >
      {shown.map(({ id, label: name, value }, index) => (
        <g key={id} transform={`translate(0 ${index * ROW_HEIGHT})`}>
          <text className="t" x={0} y={18}>
            {shortened(name, names)}
          </text>
          <rect
            className={isBad ? 'f-lost' : 'f-cost'}
            x={names}
            y={8}
            width={Math.max(value === null || value === 0 ? 0 : 1, x(value ?? 0))}
            height={12}
            rx={2}
          />
          <text className="k" x={names + x(value ?? 0) + 8} y={18}>
            {show(value)}
          </text>
        </g>
      ))}
    </svg>
  );
}

const shortened = (text: string, pixels: number): string => {
  const most = Math.floor(pixels / LETTER_PIXELS);
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
};

function TimeLine({ points, show, isBad, isShare, label, width }: Drawn) {
  const right = width - (width < 600 ? 8 : 72);
  const step = (right - LEFT) / Math.max(1, points.length);
  const x = (index: number): number => LEFT + step * (index + 0.5);
  const highest = Math.max(...points.map(({ value }) => value ?? 0));
  // A share that is mostly near the whole is read against the whole.
  const most = isShare && highest > 0.5 ? 1 : highest;
  const y = scaleLinear([0, most === 0 ? 1 : most], [LINE_HEIGHT - 28, 12]);
  const every = Math.max(1, Math.ceil(LABEL_PIXELS / step));
  const path = line<Point>()
    .defined(({ value }) => value !== null)
    .x((_, index) => x(index))
    .y(({ value }) => y(value ?? 0));
  const last = points.findLastIndex(({ value }) => value !== null);
  return (
    <svg className="chart" width={width} height={LINE_HEIGHT} role="img" aria-label={label}>
      {[0, (y.domain()[1] ?? 1) / 2, y.domain()[1] ?? 1].map((tick) => (
        <g key={tick}>
          <path className={tick === 0 ? 'gl b' : 'gl'} d={`M${LEFT} ${y(tick)}H${right}`} />
          <text x={LEFT - 8} y={y(tick) + 4} textAnchor="end">
            {show(tick).replace('.0%', '%')}
          </text>
        </g>
      ))}
      <path className={isBad ? 'ln bad' : 'ln'} d={path([...points]) ?? ''} />
      {points.map(({ id, label: name, value }, index) => (
        <g key={id}>
          {value !== null && (
            <circle
              className={isBad ? 'f-lost' : 'f-ink'}
              cx={x(index)}
              cy={y(value)}
              r={points.length > 60 ? 1.5 : 2.5}
            />
          )}
          {index % every === 0 && (
            <text x={x(index)} y={LINE_HEIGHT - 6} textAnchor="middle">
              {name.split(', ').at(-1)}
            </text>
          )}
        </g>
      ))}
      {width >= 600 && last >= 0 && (
        <text className="k" x={x(last) + 8} y={y(points[last]?.value ?? 0) + 4}>
          {show(points[last]?.value ?? null)}
        </text>
      )}
    </svg>
  );
}
