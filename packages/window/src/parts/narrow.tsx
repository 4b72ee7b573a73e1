import { useMemo } from 'react';
import type { Choose } from '../data/choices.js';
import type { Only, Range } from '../data/messages-behind.js';
import { groupName, useReport } from '../data/report.js';

/** The sender and the country to which the address narrows a view. */
export function useOnly(params: URLSearchParams): Only {
  const [country, from] = [params.get('country'), params.get('from')];
  return useMemo(
    () => ({
      ...(country === null ? {} : { country }),
      ...(from === null ? {} : { from }),
    }),
    [country, from],
  );
}

const words = {
  from: { name: 'Sender', every: 'All senders' },
  country: { name: 'Country', every: 'All countries' },
} as const;

/** Narrows all figures to one of the values that occur in the period. */
export function Narrow({
  dimension,
  range,
  only,
  choose,
}: {
  readonly dimension: keyof typeof words;
  readonly range: Range;
  readonly only: Only;
  readonly choose: Choose;
}) {
  const { name, every } = words[dimension];
  const report = useReport([dimension], range);
  const found = (report.data?.rows ?? []).flatMap(({ group }) => group[dimension] ?? []);
  const chosen = only[dimension];
  // One that was chosen for another period stays visible, so that it can be taken back.
  const values = chosen === undefined || found.includes(chosen) ? found : [chosen, ...found];
  return (
    <select
      className="select"
      aria-label={name}
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
