import { groupName, useReport, type Only, type Range } from '../data/report.js';

/** The messages of which a view tells, as its address says. */
export const onlyOf = (country: string | null, from: string | null): Only => ({
  ...(country === null ? {} : { country }),
  ...(from === null ? {} : { from }),
});

/** Narrows all figures to one of the values that occur in the period. */
export function Narrow({
  dimension,
  every,
  range,
  chosen,
  choose,
}: {
  readonly dimension: 'from' | 'country';
  readonly every: string;
  readonly range: Range;
  readonly chosen: string | null;
  readonly choose: (name: string, value: string) => void;
}) {
  const report = useReport([dimension], range);
  const found = (report.data?.rows ?? []).flatMap(({ group }) => group[dimension] ?? []);
  // One that was chosen for another period stays visible, so that it can be taken back.
  const values = chosen === null || found.includes(chosen) ? found : [chosen, ...found];
  return (
    <select
      className="select"
      aria-label={dimension === 'from' ? 'Sender' : 'Country'}
      value={chosen ?? ''}
      onChange={(event) => choose(dimension, event.target.value)}
    >
      <option value="">{every}</option>
      {values.map((value) => (
        <option key={value} value={value}>
          {groupName(dimension, value)}
        </option>
      ))}
    </select>
  );
}
