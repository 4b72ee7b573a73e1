/** Series of a page of metrics, by name and labels as the page writes them, with their values. */
export type Series = ReadonlyMap<string, number>;

/** Reads the text format of Prometheus. */
export function readSeries(page: string): Series {
  const lines = page.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const end = line.lastIndexOf(' ');
      return [line.slice(0, end), Number(line.slice(end + 1))];
    }),
  );
}

export async function scrape(url: string): Promise<Series> {
  const answer = await fetch(`${url}/metrics`);
  if (answer.status !== 200) throw new Error(`/metrics answered ${answer.status}`);
  return readSeries(await answer.text());
}

/** Sums the series of a name whose labels include these. */
export function total(series: Series, name: string, ...labels: readonly string[]): number {
  let sum = 0;
  for (const [key, value] of series) {
    const [own] = key.split('{');
    if (own === name && labels.every((label) => key.includes(label))) sum += value;
  }
  return sum;
}
