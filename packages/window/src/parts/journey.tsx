import { Icon } from './icon.js';
import type { Shape } from './shapes.js';

const stops: readonly (readonly [x: number, shape: Shape, name: string, at: string])[] = [
  [40, 'accepted', 'Asked', '10:15:02'],
  [146, 'sent', 'Handed over', '10:15:07'],
  [253, 'submitted', 'With carrier', '10:15:07'],
  [360, 'delivered', 'On the phone', '10:15:41'],
];

const MEANING =
  'A message travels along a line: asked, handed over, with the carrier, on the phone. A late report and a contradicting report branch off and end at a buffer; they are kept, and change nothing.';

/** The picture at the door: main line and siding. */
export const Journey = () => (
  <figure>
    <svg viewBox="0 0 640 256" role="img" aria-label={MEANING}>
      <path className="tr" stroke="var(--moving-fill)" d="M-600 190H360" />
      <path className="tr" stroke="var(--arrived-fill)" d="M360 190H1400" />
      <g className="closed" stroke="currentColor">
        <path className="tr" strokeDasharray="6 5" d="M390 190c30 0 26-62 56-62h40" />
        <path className="tr" d="M488 118v20" />
      </g>
      <g className="clash">
        <path
          className="tr"
          stroke="currentColor"
          strokeDasharray="6 5"
          d="M500 190c34 0 26-124 60-124h14"
        />
        <g transform="translate(578 55)">
          <Icon shape="clash" size={22} />
        </g>
      </g>
      {stops.map(([x, shape, name, at]) => (
        <g key={name}>
          <circle cx={x} cy="190" r="15" fill="var(--paper)" />
          <g
            className={shape === 'delivered' ? 'arrived' : 'moving'}
            transform={`translate(${x - 11} 179)`}
          >
            <Icon shape={shape} size={22} />
          </g>
          <g textAnchor="middle">
            <text className="b" x={x} y="228">
              {name}
            </text>
            <text className="m" x={x} y="246">
              {at}
            </text>
          </g>
        </g>
      ))}
      <g textAnchor="end">
        <text x="484" y="108">
          Late. Kept, changed nothing
        </text>
        <text x="598" y="44">
          Contradicts. Kept, changed nothing
        </text>
      </g>
    </svg>
    <p className="cap voice">
      Reports arrive late, twice, in the wrong order, and sometimes against each other. Each is kept
      with what it changed, or why it was refused.
    </p>
  </figure>
);
