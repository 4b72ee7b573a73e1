import { useEffect, useState, type ReactNode } from 'react';
import { WaybillError } from 'waybill-client';
import { Icon } from './icon.js';
import type { Shape } from './shapes.js';

const LOADING_AFTER_MS = 200;

/** Bars of the coming shape, once waiting is worth saying. */
export function Loading({
  label,
  rows = 6,
}: {
  readonly label: string;
  readonly rows?: number | undefined;
}) {
  const [isSlow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), LOADING_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div role="status" aria-label={label}>
      {isSlow && (
        <ul className="skel" aria-hidden="true">
          {Array.from({ length: rows }, (_, row) => (
            <li key={row}>
              <i />
              <i />
              <i />
              <i />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** Nothing to show: says what was looked for, and offers a way on. */
export function Void({
  title,
  shape = 'search',
  level = 2,
  children,
}: {
  readonly title: string;
  readonly shape?: Shape;
  readonly level?: 1 | 2 | undefined;
  readonly children?: ReactNode;
}) {
  return (
    <div className="void">
      <Icon shape={shape} size={28} className="quiet" />
      {level === 1 ? <h1 className="voidh">{title}</h1> : <h2 className="voidh">{title}</h2>}
      {children}
    </div>
  );
}

/** The service's own words about what it refused. */
export function Failure({
  error,
  level = 2,
}: {
  readonly error: unknown;
  readonly level?: 1 | 2 | undefined;
}) {
  if (error instanceof WaybillError && error.status === 403) {
    return (
      <Void title="Your key may not see this." shape="lock" level={level}>
        <p>{error.message}</p>
      </Void>
    );
  }
  const known = error instanceof WaybillError;
  return (
    <Void
      title={known ? error.problem.title : 'Waybill cannot be reached.'}
      shape="warn"
      level={level}
    >
      <p>{known ? error.message : 'What is shown here comes back by itself when it answers.'}</p>
    </Void>
  );
}

/** Stands for what is not read yet, or cannot be read: nothing at all would be an answer, too. */
export const Unread = ({
  query: { isError, error },
  label,
  rows,
  level,
}: {
  readonly query: { readonly isError: boolean; readonly error: unknown };
  readonly label: string;
  readonly rows?: number | undefined;
  readonly level?: 1 | 2 | undefined;
}) => (isError ? <Failure error={error} level={level} /> : <Loading label={label} rows={rows} />);
