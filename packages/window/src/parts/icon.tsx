import { shapes, type Shape } from './shapes.js';

const PENS = {
  line: { fill: 'none', stroke: 'currentColor', strokeWidth: 1.6 },
  cut: { fill: 'none', stroke: 'var(--surface)', strokeWidth: 1.7 },
  full: { fill: 'currentColor' },
} as const;

/** A shape of the set; the words beside it say what it means. */
export function Icon({
  shape,
  size = 16,
  className,
}: {
  readonly shape: Shape;
  readonly size?: number;
  readonly className?: string;
}) {
  return (
    <svg width={size} height={size} viewBox="0 0 16 16" className={className} aria-hidden="true">
      {shapes[shape].map(([kind, path, dashes]) => (
        <path
          key={path}
          d={path}
          {...PENS[kind]}
          strokeLinecap="round"
          strokeLinejoin="round"
          strokeDasharray={dashes}
        />
      ))}
    </svg>
  );
}
