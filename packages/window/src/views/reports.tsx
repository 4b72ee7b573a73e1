import { useCallback, useEffect, useMemo, type ReactNode } from 'react';
import { http } from '../data/api.js';
import { useChoices, type Choose } from '../data/choices.js';
import { DAY_MS, HOUR_MS, startsOf, type Only, type Range } from '../data/messages-behind.js';
import { useNow } from '../data/now.js';
import { costs, count, counted, money, share } from '../data/numbers.js';
import { useRefresh } from '../data/refresh.js';
import {
  groupName,
  outcomesOf,
  periods,
  rangeOf,
  useRatings,
  useReport,
  type Dimension,
  type Period,
  type ReportRow,
} from '../data/report.js';
import { dayName, shortTime, span, utcDayName, zoneName } from '../data/times.js';
import { titleOf } from '../data/titles.js';
import { BehindBanner } from '../parts/behind-banner.js';
import { Believed } from '../parts/believed.js';
import { CopyButton } from '../parts/copy-button.js';
import { ExportButton } from '../parts/export-button.js';
import { GroupLink } from '../parts/group-link.js';
import { MeasureChart, ROWS_MAX, type Point } from '../parts/measure-chart.js';
import { Narrow, useOnly } from '../parts/narrow.js';
import { ScrollTable } from '../parts/panel.js';
import { Unread, Void } from '../parts/states.js';

const dimensions: Readonly<Record<Dimension, string>> = {
  country: 'Country',
  networkCode: 'Network',
  from: 'Sender',
  channel: 'Channel',
  errorCode: 'Reason',
  hour: 'Hour',
  day: 'Day',
};
const names = Object.keys(dimensions) as Dimension[];

/** More hours than that are no chart, and no table to read. */
const BY_HOUR_DAYS_MAX = 30;

const isDimension = (text: string | null): text is Dimension =>
  text !== null && Object.hasOwn(dimensions, text);

export const measures = {
  delivered: { name: 'Delivered', of: (row: ReportRow) => row.deliveredShare, show: share },
  time: {
    name: 'Time',
    of: (row: ReportRow) => row.timeToDelivery.p50Ms,
    show: (value: number | null) => (value === null ? '–' : span(value)),
  },
  lost: {
    name: 'Not delivered',
    of: (row: ReportRow) => (row.messages === 0 ? null : outcomesOf(row).lost / row.messages),
    show: share,
  },
  messages: {
    name: 'Messages',
    of: (row: ReportRow) => row.messages,
    show: (value: number | null) => (value === null ? '–' : count(value)),
  },
  // In the currency that most groups have: amounts of two are not comparable.
  cost: {
    name: 'Cost',
    of: (row: ReportRow, currency: string) => {
      const cost = row.cost.find((one) => one.currency === currency);
      return cost === undefined ? null : Number(cost.amount);
    },
    show: (value: number | null, currency: string) =>
      value === null ? '–' : money({ currency, amount: String(value) }),
  },
} as const;
type MeasureName = keyof typeof measures;

const isMeasure = (text: string | null): text is MeasureName =>
  text !== null && Object.hasOwn(measures, text);

/** Any grouping, as a chart, a table and a file. */
export function Reports() {
  const [params, choose] = useChoices();
  const asked = params.get('by');
  const by: Dimension = isDimension(asked) ? asked : 'country';
  const askedThen = params.get('then');
  const then = isDimension(askedThen) && askedThen !== by ? askedThen : null;
  const isByHour = by === 'hour' || then === 'hour';
  const days = Number(params.get('period') ?? 7);
  const offered = periods.filter((one) => !isByHour || one.days <= BY_HOUR_DAYS_MAX);
  // A longer period than there is by the hour becomes the longest.
  const period =
    offered.find((one) => one.days === days) ??
    (days > BY_HOUR_DAYS_MAX ? offered.at(-1) : offered[1]) ??
    first;
  const askedMeasure = params.get('measure');
  const measure: MeasureName = isMeasure(askedMeasure) ? askedMeasure : 'delivered';
  const now = useNow();
  const hour = Math.floor(now.getTime() / HOUR_MS);
  const range = useMemo(
    () => rangeOf(isByHour ? { ...period, by: 'hour' } : period, new Date(hour * HOUR_MS)),
    [isByHour, period, hour],
  );
  const dimensionsShown = useMemo(() => (then === null ? [by] : [by, then]), [by, then]);
  const only = useOnly(params);
  const report = useReport(dimensionsShown, range, only);
  const total = useReport([], range, only);
  useRefresh(['report']);
  const groups = groupsOf(dimensionsShown);
  const title = `${measures[measure].name} by ${groups}`;
  useEffect(() => {
    document.title = `${title} · Waybill`;
  }, [title]);
  const query = [
    `groupBy=${dimensionsShown.join(',')}`,
    ...Object.entries(only).map(([name, value]) => `${name}=${encodeURIComponent(value)}`),
    `since=${range.since}&until=${range.until}`,
  ].join('&');
  return (
    <>
      <BehindBanner asOf={report.data?.asOf} />
      <div className="headrow">
        <h1 className="page">{title}</h1>
        <div className="end">
          <CopyButton text={window.location.href} shape="link" className="btn">
            Copy link
          </CopyButton>
          <DownloadCsv
            by={dimensionsShown}
            range={range}
            only={only}
            rows={report.data?.rows.length ?? 0}
          />
        </div>
      </div>
      <div className="builder">
        <Choice name="by" label="Group by" value={by} choose={choose}>
          {names.map((name) => (
            <option key={name} value={name}>
              {dimensions[name]}
            </option>
          ))}
        </Choice>
        <Choice name="then" label="Then by" value={then ?? ''} choose={choose}>
          <option value="">Nothing more</option>
          {names
            .filter((name) => name !== by)
            .map((name) => (
              <option key={name} value={name}>
                {dimensions[name]}
              </option>
            ))}
        </Choice>
        <Choice name="period" label="Period" value={period.days} choose={choose}>
          {offered.map((one) => (
            <option key={one.days} value={one.days}>
              Last {one.name}
            </option>
          ))}
        </Choice>
        <div className="field">
          <span className="lab">Sender</span>
          <Narrow dimension="from" range={range} only={only} choose={choose} />
        </div>
        <div className="field">
          <span className="lab">Country</span>
          <Narrow dimension="country" range={range} only={only} choose={choose} />
        </div>
        <div className="field">
          <span className="lab" id="measure">
            Chart shows
          </span>
          <div className="seg" role="group" aria-labelledby="measure">
            {(Object.keys(measures) as MeasureName[]).map((name) => (
              <button
                key={name}
                type="button"
                aria-pressed={name === measure}
                onClick={() => choose('measure', name)}
              >
                {measures[name].name}
              </button>
            ))}
          </div>
        </div>
      </div>
      {report.data === undefined ? (
        <div className="panel">
          <Unread query={report} label="Counting" />
        </div>
      ) : report.data.rows.length === 0 ? (
        <div className="panel">
          <Void title="Nothing was sent in this period." shape="table" />
        </div>
      ) : (
        <>
          {(then === null || !dimensionsShown.some(isTime)) && (
            <Chart rows={report.data.rows} by={dimensionsShown} measure={measure} range={range} />
          )}
          <Table
            rows={report.data.rows}
            total={total.data?.rows[0]}
            by={dimensionsShown}
            range={range}
            only={only}
            now={now}
            query={query}
          />
        </>
      )}
    </>
  );
}

function Choice({
  name,
  label,
  value,
  choose,
  children,
}: {
  readonly name: string;
  readonly label: string;
  readonly value: string | number;
  readonly choose: Choose;
  readonly children: ReactNode;
}) {
  return (
    <div className="field">
      <label htmlFor={name}>{label}</label>
      <select
        className="select"
        id={name}
        value={value}
        onChange={(event) => choose(name, event.target.value)}
      >
        {children}
      </select>
    </div>
  );
}

const first: Period = { name: '7 d', days: 7, by: 'day' };

const isTime = (by: Dimension): by is 'hour' | 'day' => by === 'hour' || by === 'day';

/** `country and reason` */
const groupsOf = (by: readonly Dimension[]): string =>
  by.map((one) => dimensions[one].toLowerCase()).join(' and ');

function timeName(value: string, by: 'hour' | 'day', now: Date): string {
  const at = new Date(value);
  return by === 'hour' ? `${dayName(at, now)}, ${shortTime(at)}` : utcDayName(at, now);
}

function nameOf(row: ReportRow, by: Dimension, now: Date): string {
  const value = row.group[by];
  if (isTime(by) && value != null) {
    return timeName(value, by, now);
  }
  const name = groupName(by, value);
  return by === 'errorCode' && value != null ? `${name} ${titleOf(value)}` : name;
}

/** Groups of a kind as bars over one another, times as they follow one another. */
function Chart({
  rows,
  by,
  measure,
  range,
}: {
  readonly rows: readonly ReportRow[];
  readonly by: readonly Dimension[];
  readonly measure: MeasureName;
  readonly range: Range;
}) {
  const { name, of, show } = measures[measure];
  const currency = usualCurrency(rows);
  const now = new Date(range.until);
  const groups = sorted(rows, by).map((row) => ({
    id: idOf(row, by),
    label: by.map((one) => nameOf(row, one, now)).join(', '),
    value: of(row, currency),
  }));
  const time = by.find(isTime);
  const points =
    time === undefined ? groups : everyTime(groups, time, range, measure === 'messages' ? 0 : null);
  return (
    <section className="panel" aria-label="Chart">
      <header>
        <h2>{name}</h2>
        <span className="note">
          {!by.some(isTime) &&
            points.length > ROWS_MAX &&
            `first ${ROWS_MAX} of ${points.length}, `}
          {measure === 'cost' && currency !== '' && `${currency}, `}from zero
        </span>
      </header>
      <div className="body">
        <MeasureChart
          points={points}
          show={(value) => show(value, currency)}
          isTime={by.some(isTime)}
          isBad={measure === 'lost'}
          isShare={measure === 'delivered' || measure === 'lost'}
          label={`${name} by ${groupsOf(by)}. The same numbers are in the table below.`}
        />
      </div>
    </section>
  );
}

/** One point for each hour or day of the range: a time without messages is a time, too. */
function everyTime(
  points: readonly Point[],
  by: 'hour' | 'day',
  range: Range,
  nothing: number | null,
): readonly Point[] {
  const found = new Map(points.map((point) => [Date.parse(point.id), point]));
  const now = new Date(range.until);
  return startsOf(range, by === 'hour' ? HOUR_MS : DAY_MS).map((at) => {
    const id = new Date(at).toISOString();
    return found.get(at) ?? { id, label: timeName(id, by, now), value: nothing };
  });
}

const idOf = (row: ReportRow, by: readonly Dimension[]): string =>
  by.map((one) => row.group[one] ?? 'none').join(' ');

/** The currency of most groups; empty where nothing has cost anything. */
function usualCurrency(rows: readonly ReportRow[]): string {
  const groups = new Map<string, number>();
  for (const { cost } of rows) {
    for (const { currency } of cost) groups.set(currency, (groups.get(currency) ?? 0) + 1);
  }
  return [...groups].toSorted(([, left], [, right]) => right - left)[0]?.[0] ?? '';
}

/** Times as they follow one another, and within them the largest group first. */
const sorted = (rows: readonly ReportRow[], by: readonly Dimension[]): readonly ReportRow[] => {
  const time = by.find(isTime);
  const at = (row: ReportRow): number =>
    time === undefined ? 0 : Date.parse(row.group[time] ?? '');
  return rows.toSorted((a, b) => at(a) - at(b) || b.messages - a.messages);
};

function Table({
  rows,
  total,
  by,
  range,
  only,
  now,
  query,
}: {
  readonly rows: readonly ReportRow[];
  /** All of the messages together: times cannot be added up from the rows. */
  readonly total: ReportRow | undefined;
  readonly by: readonly Dimension[];
  readonly range: Range;
  readonly only: Only;
  readonly now: Date;
  readonly query: string;
}) {
  const days = Math.ceil((Date.parse(range.until) - Date.parse(range.since)) / DAY_MS);
  const isRated = by.includes('country');
  const ratings = useRatings(days, isRated);
  return (
    <section className="panel after" aria-label="Table">
      <header>
        <h2>By {groupsOf(by)}</h2>
        <span className="note">
          {counted(rows.length, 'row')}
          {by.includes('day') ? ', days in UTC' : ''}
          {by.includes('hour') ? `, your time, ${zoneName([range.since, range.until], now)}` : ''}
        </span>
      </header>
      <ScrollTable label={`Messages by ${groupsOf(by)}`}>
        <thead>
          <tr>
            {by.map((one) => (
              <th key={one} scope="col">
                {dimensions[one]}
              </th>
            ))}
            {Object.keys(figures).map((column) => (
              <th key={column} scope="col" className="num">
                {column}
              </th>
            ))}
            {isRated && <th scope="col">Receipts</th>}
            <th scope="col" className="num">
              Cost
            </th>
          </tr>
        </thead>
        <tbody>
          {sorted(rows, by).map((row) => (
            <tr key={idOf(row, by)}>
              {by.map((one, index) => (
                <td key={one}>
                  {index > 0 || by.includes('networkCode') ? (
                    nameOf(row, one, now)
                  ) : (
                    <GroupLink className="hit" row={row} range={range} only={only}>
                      {nameOf(row, one, now)}
                    </GroupLink>
                  )}
                </td>
              ))}
              <Figures row={row} />
              {isRated && (
                <td className="nowrap">
                  <Believed rating={ratings.get(row.group['country'] ?? null)} />
                </td>
              )}
              <td className="num">{costs(row.cost)}</td>
            </tr>
          ))}
        </tbody>
        {total !== undefined && rows.length > 1 && (
          <tfoot>
            <tr>
              <th scope="row" colSpan={by.length}>
                {counted(rows.length, 'row')} together
              </th>
              <Figures row={total} />
              {isRated && <td />}
              <td className="num">{costs(total.cost)}</td>
            </tr>
          </tfoot>
        )}
      </ScrollTable>
      <div className="curl">
        <span className="nowrap">The same by program</span>
        <code className="grow">GET /v1/reports/delivery?{query}</code>
        <CopyButton text={`${window.location.origin}/v1/reports/delivery?${query}`} />
      </div>
    </section>
  );
}

const timeOf = (ms: number | null): string => (ms === null ? '–' : span(ms));

/** The figures of a row and of the total, by the head of their column. */
const figures: Readonly<Record<string, (row: ReportRow) => string>> = {
  Messages: (row) => count(row.messages),
  Delivered: (row) => share(row.deliveredShare),
  'In doubt': (row) => share(outcomesOf(row).doubt / row.messages),
  'Not delivered': (row) => share(outcomesOf(row).lost / row.messages),
  Contradicted: (row) => count(row.contradictions),
  'Half in': (row) => timeOf(row.timeToDelivery.p50Ms),
  '95 in 100': (row) => timeOf(row.timeToDelivery.p95Ms),
  '99 in 100': (row) => timeOf(row.timeToDelivery.p99Ms),
};

const Figures = ({ row }: { readonly row: ReportRow }) =>
  Object.entries(figures).map(([column, figureOf]) => (
    <td key={column} className="num">
      {figureOf(row)}
    </td>
  ));

function DownloadCsv({
  by,
  range: { since, until },
  only,
  rows,
}: {
  readonly by: readonly Dimension[];
  readonly range: Range;
  readonly only: Only;
  readonly rows: number;
}) {
  const groupBy = by.join(',');
  const read = useCallback(async () => {
    const params = { query: { groupBy, ...only, since, until } };
    const headers = { Accept: 'text/csv' };
    return (await http.GET('/v1/reports/delivery', { params, headers, parseAs: 'stream' }))
      .response;
  }, [groupBy, only, since, until]);
  return (
    <ExportButton
      name={`waybill-${by.join('-')}-${since.slice(0, 10)}.csv`}
      read={read}
      isEmpty={rows === 0}
      className="btn main"
    >
      CSV, {counted(rows, 'row')} <kbd>E</kbd>
    </ExportButton>
  );
}
