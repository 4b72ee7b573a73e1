import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, type ReactNode } from 'react';
import { Link } from 'wouter';
import type { ListedMessage } from 'waybill-client';
import { useTexts } from '../data/messages.js';
import { isErased, phoneNumber } from '../data/numbers.js';
import { daysBefore, listTime, relativeTime, span } from '../data/times.js';
import { Contradicted, Status } from './status.js';

const ROW_PIXELS = 56;
/** Rows that are drawn above and below what is seen. */
const ROWS_BESIDE = 12;
/** The next page is read when so few rows are left. */
const ROWS_LEFT_MIN = 15;

/** Messages, newest first. Only what is seen is drawn, so that it stays fast at any length. */
export function MessageTable({
  items,
  now,
  areTextsShown,
  mayLoadMore,
  loadMore,
}: {
  readonly items: readonly ListedMessage[];
  readonly now: Date;
  readonly areTextsShown: boolean;
  /** There are more, and nothing is being read at the moment that would be cut off. */
  readonly mayLoadMore: boolean;
  readonly loadMore: () => void;
}) {
  const table = useRef<HTMLTableElement>(null);
  const rows = useWindowVirtualizer({
    count: items.length,
    estimateSize: () => ROW_PIXELS,
    overscan: ROWS_BESIDE,
    scrollMargin: table.current?.offsetTop ?? 0,
    getItemKey: (index) => items[index]?.id ?? index,
  });
  const drawn = rows.getVirtualItems();
  const inView = drawn.flatMap(({ index }) => items[index]?.id ?? []);
  const texts = useTexts(inView, areTextsShown);
  const [first, last] = [drawn[0], drawn.at(-1)];
  const isNearEnd = (last?.index ?? 0) > items.length - ROWS_LEFT_MIN;
  useEffect(() => {
    if (mayLoadMore && isNearEnd) loadMore();
  }, [mayLoadMore, isNearEnd, loadMore, items.length]);
  const above = first === undefined ? 0 : first.start - rows.options.scrollMargin;
  const below =
    last === undefined ? 0 : rows.getTotalSize() - (last.end - rows.options.scrollMargin);
  const onKeyDown = (event: React.KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = { ArrowDown: 1, ArrowUp: -1, j: 1, k: -1 }[event.key];
    if (step === undefined) return;
    const links = [...(table.current?.querySelectorAll<HTMLElement>('a.hit') ?? [])];
    const next = links[links.indexOf(document.activeElement as HTMLElement) + step];
    event.preventDefault();
    if (next !== undefined) next.focus();
    else if (step < 0) document.querySelector<HTMLElement>('#q')?.focus();
  };
  return (
    <table className="rows list" ref={table} onKeyDown={onKeyDown}>
      <caption className="sr">Messages, newest first</caption>
      <colgroup>
        <col className="w-time" />
        <col className="w-st" />
        <col />
        <col className="w-took" />
      </colgroup>
      <thead>
        <tr>
          <th scope="col">Asked</th>
          <th scope="col">Status</th>
          <th scope="col">To, text and reference</th>
          <th scope="col" className="num">
            Time to phone
          </th>
        </tr>
      </thead>
      <Space pixels={above} />
      <tbody>
        {drawn.map(({ index, key }) => {
          const message = items[index];
          if (message === undefined) return null;
          const before = items[index - 1];
          const day = dayOf(message, now);
          const isNewDay = before === undefined || dayOf(before, now) !== day;
          return (
            <Row
              key={key}
              message={message}
              now={now}
              words={areTextsShown ? texts.get(message.id) : <Masked />}
              day={isNewDay ? day : undefined}
            />
          );
        })}
      </tbody>
      <Space pixels={below} />
    </table>
  );
}

/** Stands for the rows that are not drawn. */
const Space = ({ pixels }: { readonly pixels: number }) =>
  pixels <= 0 ? null : (
    <tbody aria-hidden="true">
      <tr>
        <td className="space" colSpan={4} style={{ height: pixels }} />
      </tr>
    </tbody>
  );

function dayOf(message: ListedMessage, now: Date): string {
  const days = daysBefore(new Date(message.createdAt), now);
  if (days <= 0) return 'Today';
  return days === 1 ? 'Yesterday' : 'Earlier';
}

function Row({
  message,
  now,
  words,
  day,
}: {
  readonly message: ListedMessage;
  readonly now: Date;
  /** The first words of its text. */
  readonly words: ReactNode;
  readonly day: string | undefined;
}) {
  const { id, createdAt, status, contradicted, reference, from, to, origin } = message;
  const [took, why] = tookOf(message, now);
  return (
    <>
      {day !== undefined && (
        <tr className="day">
          <th colSpan={4} scope="rowgroup">
            {day}
          </th>
        </tr>
      )}
      <tr>
        <td className="c-time nowrap">
          <span className="soft">{listTime(createdAt, now)}</span>
          <span className="sub">{relativeTime(createdAt, now)}</span>
        </td>
        <td className="c-st">
          <span className="stack">
            <Status status={status} />
            {contradicted && <Contradicted />}
          </span>
        </td>
        <td className="c-txt">
          <span className="txt">
            <Link className="hit" href={`/messages/${id}`}>
              {phoneNumber(to)}
            </Link>
            {origin === 'waybill' && !isErased(to) && <span className="words">{words}</span>}
          </span>
          <span className="sub">
            {reference !== null && (
              <>
                <bdi>{reference}</bdi>,{' '}
              </>
            )}
            from {phoneNumber(from)}
          </span>
        </td>
        <td className="c-took num">
          <span className="soft">{took}</span>
          <span className="sub">{why}</span>
        </td>
      </tr>
    </>
  );
}

/** Stands for a text that may be a secret. */
const Masked = () => (
  <span className="mask" role="img" aria-label="text hidden">
    ••••••
  </span>
);

function tookOf(message: ListedMessage, now: Date): readonly [took: string, why: string] {
  const { timeToDeliveryMs, errorCode, attempts, final, status, createdAt } = message;
  const tries = attempts > 1 ? `${attempts} attempts` : '';
  if (timeToDeliveryMs !== null) return [span(timeToDeliveryMs), tries];
  if (errorCode !== null) return ['–', `error ${errorCode}`];
  if (!final && (status === 'sent' || status === 'submitted' || status === 'sending')) {
    return [span(Math.max(0, now.getTime() - Date.parse(createdAt))), 'so far'];
  }
  return ['–', tries];
}
