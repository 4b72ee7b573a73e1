import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { messagesOf, type Only, type Range } from '../data/messages-behind.js';
import type { ReportRow } from '../data/report.js';

interface Props {
  readonly row: ReportRow;
  readonly range: Range;
  readonly only: Only;
  readonly className?: string;
  readonly children: ReactNode;
}

/** A group of a report, which leads to its messages where a list can be asked for them. */
export function GroupLink({ row, range, only, className, children }: Props) {
  const href = messagesOf(row, range, only);
  if (href === undefined) return children;
  return (
    <Link href={href} {...(className === undefined ? {} : { className })}>
      {children}
    </Link>
  );
}
