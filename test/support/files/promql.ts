import { parser } from '@prometheus-io/lezer-promql';
import type { Series } from '../watching/series.js';

/** The values of each label, by metric. */
export type KnownLabels = ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<string>>>;

/** Labels that Prometheus itself adds to what it scrapes. */
const ADDED = new Set(['job', 'instance']);

/** Reads which metrics, labels and values a page has. */
export function labelsOf(series: Series): KnownLabels {
  const known = new Map<string, Map<string, Set<string>>>([['up', new Map()]]);
  for (const key of series.keys()) {
    const [name = '', rest = ''] = key.split('{');
    const labels = known.get(name) ?? new Map<string, Set<string>>();
    known.set(name, labels);
    for (const [, label = '', value = ''] of rest.matchAll(/([a-z_]+)="([^"]*)"/g)) {
      labels.set(label, (labels.get(label) ?? new Set()).add(value));
    }
  }
  return known;
}

interface Used {
  readonly metric: string;
  readonly matchers: readonly { label: string; operator: string; pattern: string }[];
}

interface Query {
  readonly isBroken: boolean;
  readonly selectors: readonly Used[];
  readonly groupedBy: readonly string[];
}

/** Parses a query with the grammar of Prometheus. */
export function parseQuery(expression: string): Query {
  const selectors: { metric: string; matchers: Used['matchers'][number][] }[] = [];
  const groupedBy: string[] = [];
  let isBroken = false;
  let isGrouping = false;
  parser.parse(expression).iterate({
    enter: ({ name, from, to, type }) => {
      const text = expression.slice(from, to);
      isBroken ||= type.isError;
      if (name === 'VectorSelector') selectors.push({ metric: '', matchers: [] });
      if (name === 'GroupingLabels') isGrouping = true;
      const current = selectors.at(-1);
      if (name === 'Identifier' && current !== undefined) current.metric = text;
      if (name === 'LabelName' && isGrouping) groupedBy.push(text);
      if (name === 'UnquotedLabelMatcher') {
        const [, label = '', operator = '', pattern = ''] =
          /^(\w+)\s*(=~|!~|!=|=)\s*"(.*)"$/.exec(text) ?? [];
        current?.matchers.push({ label, operator, pattern });
      }
    },
    leave: ({ name }) => {
      if (name === 'GroupingLabels') isGrouping = false;
    },
  });
  return { isBroken, selectors, groupedBy };
}

/** Names what a query asks for and a page does not have. */
export function faultsOf(expression: string, known: KnownLabels): readonly string[] {
  const { isBroken, selectors, groupedBy } = parseQuery(expression);
  const faults = isBroken ? ['it is no PromQL'] : [];
  const labels = new Set(ADDED);
  for (const { metric, matchers } of selectors) {
    const own = known.get(metric);
    if (own === undefined) {
      faults.push(`no metric ${metric}`);
      continue;
    }
    for (const label of own.keys()) labels.add(label);
    for (const { label, operator, pattern } of matchers) {
      const values = own.get(label);
      if (values === undefined && !ADDED.has(label)) faults.push(`${metric} has no label ${label}`);
      if (values === undefined || operator.startsWith('!')) continue;
      // Each alternative by itself: one that is misspelt would never match.
      for (const alternative of operator === '=~' ? pattern.split('|') : [pattern]) {
        const matching = new RegExp(`^(?:${alternative})$`);
        if (![...values].some((value) => matching.test(value))) {
          faults.push(`${metric} has no ${label} ${alternative}`);
        }
      }
    }
  }
  for (const label of groupedBy)
    if (!labels.has(label)) faults.push(`no label ${label} to group by`);
  return faults;
}
