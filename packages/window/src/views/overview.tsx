import { useEffect, useMemo } from 'react';
import { Link } from 'wouter';
import { useChoices } from '../data/choices.js';
import { DAY_MS, HOUR_MS, type Only, type Range } from '../data/messages-behind.js';
import { useNow } from '../data/now.js';
import { costs, count, counted, countryName, share } from '../data/numbers.js';
import { useHolds, useParked, useQuarantine, type Hold } from '../data/operations.js';
import { useRefresh } from '../data/refresh.js';
import {
  LAST_HOUR,
  outcomesOf,
  periods,
  rangeOf,
  useRatings,
  useReport,
  type Dimension,
  type Period,
  type ReportRow,
} from '../data/report.js';
import { useReviews } from '../data/reviews.js';
import { may, type Session } from '../data/session.js';
import { fullTime, shortTime, span, utcDayName, zoneName } from '../data/times.js';
import { titleOf } from '../data/titles.js';
import { BehindBanner } from '../parts/behind-banner.js';
import { Believed } from '../parts/believed.js';
import { GroupLink } from '../parts/group-link.js';
import { Icon } from '../parts/icon.js';
import { OutcomeChart, type Bucket, type Held } from '../parts/outcome-chart.js';
import { Narrow, useOnly } from '../parts/narrow.js';
import { Panel, ScrollTable } from '../parts/panel.js';
import { HeldBanner, SendingPanel } from '../parts/sending-panel.js';
import { Failure, Loading, Unread, Void } from '../parts/states.js';

const PERIODS: readonly Period[] = [LAST_HOUR, ...periods];
const FIRST_PERIOD: Period = { name: '24 h', days: 1, by: 'hour' };
/** The address says the last hour by its name: a share of a day is nothing to read. */
const nameInAddress = ({ name, days }: Period): string =>
  days < 1 ? name.replace(' ', '') : String(days);
/** Rows of the panel; where there are more reasons, the last row counts the others together. */
const REASONS_SHOWN = 6;
const LOST = 'rejected,undeliverable,failed,expired';

/** Is it well; if not, since when, where, why. */
export function Overview({ session }: { readonly session: Session }) {
  const [params, choose] = useChoices({ replace: true });
  const asked = params.get('period');
  const period = PERIODS.find((one) => nameInAddress(one) === asked) ?? FIRST_PERIOD;
  const only = useOnly(params);
  const now = useNow();
  const hour = Math.floor(now.getTime() / HOUR_MS);
  const range = useMemo(() => rangeOf(period, new Date(hour * HOUR_MS)), [period, hour]);
  const total = useReport([], range, only);
  const overTime = useReport([period.by], range, only);
  useRefresh(['report']);
  useEffect(() => {
    document.title = 'Overview · Waybill';
  }, []);
  const row = total.data?.rows[0];
  return (
    <>
      <HeldBanner />
      <BehindBanner asOf={total.data?.asOf} />
      <div className="headrow">
        <h1 className="page">Overview</h1>
        <div className="seg" role="group" aria-label="Period">
          {PERIODS.map((one) => (
            <button
              key={one.name}
              type="button"
              aria-pressed={one.name === period.name}
              onClick={() => choose('period', nameInAddress(one))}
            >
              {one.name}
            </button>
          ))}
        </div>
        <span className="quiet">
          {fullTime(range.since, now).replace(/:00$/, '')} to now, your time,{' '}
          {zoneName([range.since, now], now)}
        </span>
        <div className="end">
          <Narrow dimension="from" range={range} only={only} choose={choose} />
          <Narrow dimension="country" range={range} only={only} choose={choose} />
        </div>
      </div>
      {total.isError && total.data === undefined ? (
        <div className="panel">
          <Failure error={total.error} />
        </div>
      ) : row === undefined || row.messages === 0 ? (
        <Empty
          isLoading={total.isPending}
          period={period}
          isNarrowed={Object.keys(only).length > 0}
          session={session}
        />
      ) : (
        <>
          <Glance row={row} range={range} only={only} />
          {overTime.data === undefined ? (
            <UnreadPanel query={overTime} title={period.by === 'hour' ? 'By hour' : 'By day'} />
          ) : (
            <OverTime
              rows={overTime.data.rows}
              period={period}
              range={range}
              only={only}
              row={row}
            />
          )}
          <div className="g3">
            <Reasons range={range} only={only} lost={outcomesOf(row).lost} />
            <SendingPanel session={session} />
            <NeedsPerson row={row} range={range} only={only} session={session} />
          </div>
          <Countries range={range} only={only} days={Math.ceil(period.days)} />
        </>
      )}
    </>
  );
}

function Empty({
  isLoading,
  period,
  isNarrowed,
  session,
}: {
  readonly isLoading: boolean;
  readonly period: Period;
  readonly isNarrowed: boolean;
  readonly session: Session;
}) {
  if (isLoading) {
    return (
      <div className="panel">
        <Loading label="Counting" rows={8} />
      </div>
    );
  }
  return (
    <>
      <div className="panel">
        <Void
          title={`Nothing ${isNarrowed ? 'of this ' : ''}was sent in the last ${period.name}.`}
          shape="chart"
        >
          <p>
            {isNarrowed
              ? 'Choose all senders and all countries to see the rest.'
              : 'Messages appear here as soon as they are asked for.'}
          </p>
        </Void>
      </div>
      <div className="g3">
        <SendingPanel session={session} />
      </div>
    </>
  );
}

/** Stands for figures that are not known yet, or cannot be read: none would be a figure, too. */
const UnreadPanel = ({
  query,
  title,
}: {
  readonly query: { readonly isError: boolean; readonly error: unknown };
  readonly title: string;
}) => (
  <Panel title={title}>
    <Unread query={query} label="Counting" rows={4} />
  </Panel>
);

/** The same messages in the report. */
const tableOf = (by: Dimension, days: number, only: Only): string =>
  `/reports?${new URLSearchParams({ by, period: String(days), ...only })}`;

/** The messages behind a number, as an address of Find. */
const within = ({ since, until }: Range, only: Only, more: Readonly<Record<string, string>>) =>
  `/?${new URLSearchParams({ ...more, ...only, since, until })}`;

function Glance({
  row,
  range,
  only,
}: {
  readonly row: ReportRow;
  readonly range: Range;
  readonly only: Only;
}) {
  const { arrived, doubt, lost } = outcomesOf(row);
  const { p50Ms, p95Ms } = row.timeToDelivery;
  const of = (value: number): string => share(value / row.messages);
  return (
    <section className="panel kpis" aria-label="At a glance">
      <Link href={within(range, only, { status: 'delivered,read' })}>
        <span className="l">
          <Icon shape="delivered" size={14} className="arrived" />
          Delivered
        </span>
        <span className="v">{share(row.deliveredShare)}</span>
        <span className="d">
          {count(arrived)} of {counted(row.messages, 'message')}
        </span>
      </Link>
      <Link href={within(range, only, { status: 'delivered,read' })}>
        <span className="l">Time to delivery</span>
        <span className="v">{p50Ms === null ? '–' : span(p50Ms)}</span>
        <span className="d">
          {p95Ms === null ? 'no receipt tells it' : `half; 95 in 100 within ${span(p95Ms)}`}
        </span>
      </Link>
      <Link href={within(range, only, { status: LOST })}>
        <span className="l">
          <Icon shape="failed" size={14} className="lost" />
          Not delivered
        </span>
        <span className="v">{of(lost)}</span>
        <span className="d">{counted(lost, 'message')}</span>
      </Link>
      <Link href={within(range, only, { status: 'unconfirmed,unknown' })}>
        <span className="l">
          <Icon shape="unconfirmed" size={14} className="doubt" />
          In doubt
        </span>
        <span className="v">{of(doubt)}</span>
        <span className="d">{count(doubt)} unconfirmed or unknown</span>
      </Link>
      <Link href={within(range, only, {})}>
        <span className="l">Cost</span>
        <span className="v">{costs(row.cost)}</span>
        <span className="d">{counted(row.segments, 'segment')}, as reported</span>
      </Link>
    </section>
  );
}

function OverTime({
  rows,
  period,
  range,
  only,
  row,
}: {
  readonly rows: readonly ReportRow[];
  readonly period: Period;
  readonly range: Range;
  readonly only: Only;
  readonly row: ReportRow;
}) {
  const currency = row.cost[0]?.currency ?? null;
  const buckets = useMemo(
    () => bucketsOf(rows, period, range, currency),
    [rows, period, range, currency],
  );
  const holds = useHolds(range.since).data;
  const held = useMemo(() => heldIn(holds ?? [], period, range), [holds, period, range]);
  const title = period.by === 'hour' ? 'By hour' : 'By day';
  const zone = period.by === 'day' ? ', days in UTC' : '';
  return (
    <section className="panel" aria-label={title}>
      <header>
        <h2>{title}</h2>
        <span className="note legend">
          <Swatch name="Delivered" fill="quiet" />
          <Swatch name="Under way" fill="moving" />
          <Swatch name="In doubt" fill="doubt" />
          <Swatch name="Not delivered" fill="lost" />
          <Link className="link" href={tableOf(period.by, Math.ceil(period.days), only)}>
            As a table
          </Link>
        </span>
      </header>
      <div className="body">
        <OutcomeChart
          buckets={buckets}
          currency={currency}
          held={held}
          label={`${held.map(({ words }) => `${words}. `).join('')}${title}: messages by outcome, share delivered, time to delivery, cost${zone}. The same numbers are in the report.`}
        />
      </div>
    </section>
  );
}

/** When all of sending, or what goes to Vonage, was held, as places in the chart. */
function heldIn(holds: readonly Hold[], { by }: Period, { since }: Range): readonly Held[] {
  const placeOf = (time: string): number => (Date.parse(time) - Date.parse(since)) / STEP_MS[by];
  return holds
    .filter(({ scope }) => scope === 'all' || scope === 'vonage')
    .map((hold) => ({
      from: placeOf(hold.since),
      until: hold.until === null ? null : placeOf(hold.until),
      words: heldWords(hold, new Date()),
    }));
}

function heldWords({ since, until, reason }: Hold, now: Date): string {
  const times =
    until === null
      ? `Held since ${fullTime(since, now)}`
      : `Held ${fullTime(since, now)} to ${fullTime(until, now)}`;
  return `${times}: ${reason}`;
}

const STEP_MS = { hour: HOUR_MS, day: DAY_MS } as const;

const Swatch = ({ name, fill }: { readonly name: string; readonly fill: string }) => (
  <span>
    <svg width="10" height="10" aria-hidden="true">
      <rect className={`f-${fill}`} x="0.5" y="0.5" width="9" height="9" rx="2" />
    </svg>
    {name}
  </span>
);

const nothing = { arrived: 0, doubt: 0, lost: 0, moving: 0 };

/** One bucket for each hour or day, also for those in which nothing was sent. */
function bucketsOf(
  rows: readonly ReportRow[],
  { by }: Period,
  { since, until }: Range,
  currency: string | null,
): readonly Bucket[] {
  const step = STEP_MS[by];
  const keyOf = (row: ReportRow): number => Date.parse(row.group[by] ?? '');
  const found = new Map(rows.map((row) => [keyOf(row), row]));
  const buckets: Bucket[] = [];
  for (let at = Date.parse(since); at < Date.parse(until); at += step) {
    const row = found.get(at);
    const time = new Date(at);
    const cost = row?.cost.find((one) => one.currency === currency)?.amount ?? '0';
    buckets.push({
      label: by === 'hour' ? shortTime(time) : utcDayName(time, new Date(until)),
      messages: row?.messages ?? 0,
      outcomes: row === undefined ? nothing : outcomesOf(row),
      deliveredShare: row?.deliveredShare ?? null,
      p50Ms: row?.timeToDelivery.p50Ms ?? null,
      p95Ms: row?.timeToDelivery.p95Ms ?? null,
      cost: Number(cost),
    });
  }
  return buckets;
}

function Reasons({
  range,
  only,
  lost,
}: {
  readonly range: Range;
  readonly only: Only;
  readonly lost: number;
}) {
  const report = useReport(['errorCode'], range, only);
  if (report.data === undefined) return <UnreadPanel query={report} title="By reason" />;
  const rows = report.data.rows
    .filter((row) => row.group['errorCode'] != null)
    .toSorted((a, b) => b.messages - a.messages);
  const total = messagesIn(rows);
  const named = rows.slice(0, rows.length > REASONS_SHOWN ? REASONS_SHOWN - 1 : REASONS_SHOWN);
  const others = rows.slice(named.length);
  return (
    <Panel title="By reason" label="Failures by reason" note={counted(total, 'error')}>
      {rows.length === 0 ? (
        <Void title={lost === 0 ? 'Nothing failed.' : 'No reason was reported.'} shape="check" />
      ) : (
        <ul className="bars">
          {named.map((row) => {
            const code = row.group['errorCode'] ?? '';
            return (
              <li key={code}>
                <GroupLink row={row} range={range} only={only}>
                  <span>
                    <span className="code">{code}</span>
                    {titleOf(code)}
                  </span>
                  <Part messages={row.messages} total={total} fill="lost" />
                </GroupLink>
              </li>
            );
          })}
          {others.length > 0 && (
            <li>
              <div className="others">
                <span>{others.length} other reasons</span>
                <Part messages={messagesIn(others)} total={total} fill="cost" />
              </div>
            </li>
          )}
        </ul>
      )}
    </Panel>
  );
}

const messagesIn = (rows: readonly ReportRow[]): number =>
  rows.reduce((sum, row) => sum + row.messages, 0);

/** A number of messages, its share of all, and the same as a bar. */
function Part({
  messages,
  total,
  fill,
}: {
  readonly messages: number;
  readonly total: number;
  readonly fill: 'lost' | 'cost';
}) {
  const part = 100 * (messages / total);
  return (
    <>
      <span className="num">{count(messages)}</span>
      <span className="num quiet">{Math.round(part)}%</span>
      <svg className="bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
        <rect className="f-track" width="100" height="4" />
        <rect className={`f-${fill}`} width={part} height="4" />
      </svg>
    </>
  );
}

function NeedsPerson({
  row,
  range,
  only,
  session,
}: {
  readonly row: ReportRow;
  readonly range: Range;
  readonly only: Only;
  readonly session: Session;
}) {
  const quarantine = useQuarantine(may(session, 'audit'));
  const parked = useParked(may(session, 'admin'));
  const reviews = useReviews();
  const unknown = row.byStatus['unknown']?.messages ?? 0;
  const aside = quarantine.data?.items.length ?? 0;
  const people = reviews.data?.items.length ?? 0;
  const unread = [
    reviews,
    ...(may(session, 'audit') ? [quarantine] : []),
    ...(may(session, 'admin') ? [parked] : []),
  ].find(({ data }) => data === undefined);
  const missing = Object.values(parked.data?.counts ?? {}).reduce((sum, one) => sum + one, 0);
  const things = [
    {
      number: unknown,
      shape: 'unknown',
      family: 'doubt',
      what: `${count(unknown)} of unknown outcome`,
      next: 'Ask the customer, then settle each',
      href: within(range, only, { status: 'unknown' }),
    },
    {
      number: row.contradictions,
      shape: 'clash',
      family: 'clash',
      what: `${count(row.contradictions)} contradicted`,
      next: 'Ask Vonage which report is true',
      href: within(range, only, { contradicted: 'true' }),
    },
    {
      number: people,
      shape: 'inbox',
      family: 'doubt',
      what: `${isMore(reviews) ? 'More than ' : ''}${people === 1 ? '1 person' : `${count(people)} people`} may wish to stop`,
      next: 'Read their texts, and decide',
      href: '/inbound',
    },
    {
      number: aside,
      shape: 'hook',
      family: 'closed',
      what: `${isMore(quarantine) ? 'More than ' : ''}${counted(aside, 'webhook')} set aside`,
      next: 'Signed, but not understood',
      href: '/inspector',
    },
    {
      number: missing,
      shape: 'table',
      family: 'lost',
      what: `${counted(missing, 'event')} missing in lists`,
      next: 'In the ledger, but not taken in',
      href: '/operations',
    },
  ] as const;
  const due = things.filter(({ number }) => number > 0);
  return (
    <Panel title="Needs a person" note={counted(due.length, 'thing')}>
      {unread !== undefined ? (
        <Unread query={unread} label="Asking" rows={2} />
      ) : (
        due.length === 0 && <Void title="Nothing needs a person." shape="check" />
      )}
      {due.length > 0 && (
        <ul className="todo">
          {due.map(({ what, next, href, shape, family }) => (
            <li key={what}>
              <Link href={href}>
                <span className={`st ${family}`}>
                  <Icon shape={shape} />
                </span>
                <span>
                  {what}
                  <br />
                  <span className="quiet">{next}</span>
                </span>
                <Icon shape="next" size={14} className="quiet" />
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

const isMore = ({
  data,
}: {
  readonly data?: { readonly nextCursor?: string | null } | undefined;
}) => data?.nextCursor != null;

function Countries({
  range,
  only,
  days,
}: {
  readonly range: Range;
  readonly only: Only;
  readonly days: number;
}) {
  const report = useReport(['country'], range, only);
  const ratings = useRatings(days);
  if (report.data === undefined) return <UnreadPanel query={report} title="By country" />;
  const rows = report.data.rows.toSorted((a, b) => b.messages - a.messages);
  return (
    <section className="panel after" aria-label="By country">
      <header>
        <h2>By country</h2>
        <span className="note">
          <Link className="link" href={tableOf('networkCode', days, only)}>
            By network
          </Link>{' '}
          <Link className="link" href={tableOf('from', days, only)}>
            By sender
          </Link>
        </span>
      </header>
      <ScrollTable label="By country">
        <thead>
          <tr>
            <th scope="col">Country</th>
            <th scope="col" className="num">
              Messages
            </th>
            <th scope="col" className="num">
              Delivered
            </th>
            <th scope="col" className="num">
              Half in
            </th>
            <th scope="col" className="num">
              95 in 100
            </th>
            <th scope="col">Receipts</th>
            <th scope="col" className="num">
              Cost
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => {
            const code = row.group['country'] ?? null;
            return (
              <tr key={code}>
                <td>
                  <GroupLink className="hit" row={row} range={range} only={only}>
                    {code === null ? 'Not known' : countryName(code)}
                  </GroupLink>
                </td>
                <td className="num">{count(row.messages)}</td>
                <td className="num">
                  <span className="cell">
                    <svg width="72" height="6" aria-hidden="true">
                      <rect className="f-track" width="72" height="6" />
                      <rect
                        className="f-arrived"
                        width={72 * (row.deliveredShare ?? 0)}
                        height="6"
                      />
                    </svg>
                    {share(row.deliveredShare)}
                  </span>
                </td>
                <td className="num">{timeOf(row.timeToDelivery.p50Ms)}</td>
                <td className="num">{timeOf(row.timeToDelivery.p95Ms)}</td>
                <td className="nowrap">
                  <Believed rating={ratings.get(code)} />
                </td>
                <td className="num">{costs(row.cost)}</td>
              </tr>
            );
          })}
        </tbody>
      </ScrollTable>
    </section>
  );
}

const timeOf = (ms: number | null): string => (ms === null ? '–' : span(ms));
