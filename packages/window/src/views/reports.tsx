import { useEffect, useMemo, useState } from 'react';
import { Link, useSearchParams } from 'wouter';
import { http } from '../data/api.js';
import { useNow } from '../data/now.js';
import { costs, count, counted, share } from '../data/numbers.js';
import { useRefresh } from '../data/refresh.js';
import {
  groupName,
  messagesOf,
  outcomesOf,
  periods,
  rangeOf,
  useReport,
  type Dimension,
  type Period,
  type Range,
  type ReportRow,
} from '../data/report.js';
import { saveFile } from '../data/save-file.js';
import { dayName, shortTime, span, zoneName } from '../data/times.js';
import { titleOf } from '../data/titles.js';
import { BehindBanner } from '../parts/behind-banner.js';
import { CopyButton } from '../parts/copy-button.js';
import { Icon } from '../parts/icon.js';
import { MeasureChart } from '../parts/measure-chart.js';
import { ScrollTable } from '../parts/panel.js';
import { Failure, Loading, Void } from '../parts/states.js';

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

const isDimension = (text: string | null): text is Dimension => text !== null && text in dimensions;

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
} as const;
type MeasureName = keyof typeof measures;

/** Any grouping, as a chart, a table and a file. */
export function Reports() {
  const [params, setParams] = useSearchParams();
  const asked = params.get('by');
  const by: Dimension = isDimension(asked) ? asked : 'country';
  const days = Number(params.get('period') ?? 7);
  const period = periods.find((one) => one.days === days) ?? periods[1] ?? first;
  const [measure, setMeasure] = useState<MeasureName>('delivered');
  const now = useNow();
  const hour = Math.floor(now.getTime() / 3_600_000);
  const range = useMemo(
    () => rangeOf(by === 'hour' ? { ...period, by: 'hour' } : period, new Date(hour * 3_600_000)),
    [by, period, hour],
  );
  const report = useReport([by], range);
  useRefresh(['report']);
  const title = `${measures[measure].name} by ${dimensions[by].toLowerCase()}`;
  useEffect(() => {
    document.title = `${title} · Waybill`;
  }, [title]);
  const choose = (name: string, value: string): void =>
    setParams((before) => {
      const next = new URLSearchParams(before);
      next.set(name, value);
      return next;
    });
  const query = `groupBy=${by}&since=${range.since}&until=${range.until}`;
  return (
    <>
      <BehindBanner asOf={report.data?.asOf} />
      <div className="headrow">
        <h1 className="page">{title}</h1>
        <div className="end">
          <CopyButton text={window.location.href} shape="link" className="btn">
            Copy link
          </CopyButton>
          <DownloadCsv by={by} range={range} rows={report.data?.rows.length ?? 0} />
        </div>
      </div>
      <div className="builder">
        <div className="field">
          <label htmlFor="by">Group by</label>
          <select
            className="select"
            id="by"
            value={by}
            onChange={(event) => choose('by', event.target.value)}
          >
            {names.map((name) => (
              <option key={name} value={name}>
                {dimensions[name]}
              </option>
            ))}
          </select>
        </div>
        <div className="field">
          <label htmlFor="period">Period</label>
          <select
            className="select"
            id="period"
            value={period.days}
            onChange={(event) => choose('period', event.target.value)}
          >
            {periods
              .filter((one) => by !== 'hour' || one.days <= 30)
              .map((one) => (
                <option key={one.days} value={one.days}>
                  Last {one.name}
                </option>
              ))}
          </select>
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
                onClick={() => setMeasure(name)}
              >
                {measures[name].name}
              </button>
            ))}
          </div>
        </div>
      </div>
      {report.data === undefined ? (
        <div className="panel">
          {report.isError ? <Failure error={report.error} /> : <Loading label="Counting" />}
        </div>
      ) : report.data.rows.length === 0 ? (
        <div className="panel">
          <Void title="Nothing was sent in this period." shape="table" />
        </div>
      ) : (
        <>
          <Chart rows={report.data.rows} by={by} measure={measure} range={range} />
          <Table rows={report.data.rows} by={by} range={range} now={now} query={query} />
        </>
      )}
    </>
  );
}

const first: Period = { name: '7 d', days: 7, by: 'day' };

const isTime = (by: Dimension): by is 'hour' | 'day' => by === 'hour' || by === 'day';

function nameOf(row: ReportRow, by: Dimension, now: Date): string {
  const value = row.group[by];
  if (isTime(by) && value != null) {
    const at = new Date(value);
    const day = dayName(at, now);
    return by === 'hour' ? `${day}, ${shortTime(at)}` : day;
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
  readonly by: Dimension;
  readonly measure: MeasureName;
  readonly range: Range;
}) {
  const { name, of, show } = measures[measure];
  const now = new Date(range.until);
  const points = sorted(rows, by).map((row) => ({ label: nameOf(row, by, now), value: of(row) }));
  return (
    <section className="panel" aria-label="Chart">
      <header>
        <h2>{name}</h2>
        <span className="note">from zero</span>
      </header>
      <div className="body">
        <MeasureChart
          points={points}
          show={show}
          isTime={isTime(by)}
          isBad={measure === 'lost'}
          isShare={measure === 'delivered' || measure === 'lost'}
          label={`${name} by ${dimensions[by].toLowerCase()}. The same numbers are in the table below.`}
        />
      </div>
    </section>
  );
}

const sorted = (rows: readonly ReportRow[], by: Dimension): readonly ReportRow[] =>
  isTime(by)
    ? rows.toSorted((a, b) => Date.parse(a.group[by] ?? '') - Date.parse(b.group[by] ?? ''))
    : rows.toSorted((a, b) => b.messages - a.messages);

function Table({
  rows,
  by,
  range,
  now,
  query,
}: {
  readonly rows: readonly ReportRow[];
  readonly by: Dimension;
  readonly range: Range;
  readonly now: Date;
  readonly query: string;
}) {
  const time = (ms: number | null): string => (ms === null ? '–' : span(ms));
  return (
    <section className="panel after" aria-label="Table">
      <header>
        <h2>By {dimensions[by].toLowerCase()}</h2>
        <span className="note">
          {counted(rows.length, 'row')}
          {isTime(by) ? `, ${by === 'day' ? 'days in UTC' : `your time, ${zoneName(now)}`}` : ''}
        </span>
      </header>
      <ScrollTable label={`Messages by ${dimensions[by].toLowerCase()}`}>
        <thead>
          <tr>
            <th scope="col">{dimensions[by]}</th>
            {[
              'Messages',
              'Delivered',
              'In doubt',
              'Not delivered',
              'Contradicted',
              'Half in',
              '95 in 100',
              '99 in 100',
              'Cost',
            ].map((column) => (
              <th key={column} scope="col" className="num">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {sorted(rows, by).map((row) => {
            const { doubt, lost } = outcomesOf(row);
            const { p50Ms, p95Ms, p99Ms } = row.timeToDelivery;
            return (
              <tr key={row.group[by] ?? 'none'}>
                <td>
                  {by === 'networkCode' ? (
                    nameOf(row, by, now)
                  ) : (
                    <Link className="hit" href={messagesOf(row, range)}>
                      {nameOf(row, by, now)}
                    </Link>
                  )}
                </td>
                <td className="num">{count(row.messages)}</td>
                <td className="num">{share(row.deliveredShare)}</td>
                <td className="num">{share(doubt / row.messages)}</td>
                <td className="num">{share(lost / row.messages)}</td>
                <td className="num">{count(row.contradictions)}</td>
                <td className="num">{time(p50Ms)}</td>
                <td className="num">{time(p95Ms)}</td>
                <td className="num">{time(p99Ms)}</td>
                <td className="num">{costs(row.cost)}</td>
              </tr>
            );
          })}
        </tbody>
      </ScrollTable>
      <div className="curl">
        <span className="nowrap">The same by program</span>
        <code className="grow">GET /v1/reports/delivery?{query}</code>
        <CopyButton text={`${window.location.origin}/v1/reports/delivery?${query}`} />
      </div>
    </section>
  );
}

function DownloadCsv({
  by,
  range,
  rows,
}: {
  readonly by: Dimension;
  readonly range: Range;
  readonly rows: number;
}) {
  const download = async (): Promise<void> => {
    const { response } = await http.GET('/v1/reports/delivery', {
      params: { query: { groupBy: by, ...range } },
      headers: { Accept: 'text/csv' },
      parseAs: 'stream',
    });
    saveFile(`waybill-${by}-${range.since.slice(0, 10)}.csv`, await response.blob());
  };
  return (
    <button
      className="btn main"
      type="button"
      disabled={rows === 0}
      onClick={() => void download()}
    >
      <Icon shape="down" />
      CSV, {counted(rows, 'row')}
    </button>
  );
}
