import type { Request, Response } from 'express';
import type { AsOf } from '../../../application/reporting/as-of.js';
import { tellAsOf } from '../reporting/as-of-header.js';
import { csvLine, type CsvCell } from './csv.js';
import type { QueryReader } from '../reporting/query-reader.js';

export interface ExportFormat<Item> {
  readonly contentType: string;
  readonly fileName: string;
  readonly header: string;
  readonly line: (item: Item) => string;
}

type Column<Item> = readonly [name: string, cell: (item: Item) => CsvCell];

/** The columns of a CSV: each has a name and a function for its cells. */
export type Columns<Item> = readonly Column<Item>[];

/** Columns for the fields that a cell cannot hold as they are. */
type Nested<Item> = {
  readonly [Name in keyof Item as Item[Name] extends CsvCell ? never : Name]: Column<Item>;
};

/** Returns a column for each field of the described item, in the order of the description. */
export const columnsOf = <Item extends object>(
  described: { readonly properties: Readonly<Record<keyof Item, unknown>> },
  nested: Nested<Item>,
): Columns<Item> =>
  Object.keys(described.properties).map(
    (name) =>
      (nested as Readonly<Record<string, Column<Item>>>)[name] ?? [
        name,
        (item) => item[name as keyof Item] as CsvCell,
      ],
  );

export const csvOf = <Item>(fileName: string, columns: Columns<Item>): ExportFormat<Item> => ({
  contentType: 'text/csv; charset=utf-8',
  fileName: `${fileName}.csv`,
  header: csvLine(columns.map(([name]) => name)),
  line: (item) => csvLine(columns.map(([, cell]) => cell(item))),
});

export const ndjsonOf = <Item>(fileName: string): ExportFormat<Item> => ({
  contentType: 'application/x-ndjson',
  fileName: `${fileName}.ndjson`,
  header: '',
  line: (item) => `${JSON.stringify(item)}\n`,
});

/** Returns the export format that the request asks for; undefined when it wants a page of JSON. */
export function exportFormatOf<Item>(
  request: Request,
  formats: readonly ExportFormat<Item>[],
  query: QueryReader,
): ExportFormat<Item> | undefined {
  const types = formats.map(({ contentType }) => contentType.replace(/;.*/, ''));
  const accepted = request.accepts(['application/json', ...types]);
  const format = formats[types.indexOf(String(accepted))];
  if (format === undefined) return undefined;
  for (const parameter of ['limit', 'cursor']) {
    if (query.has(parameter)) query.fault(parameter, 'is for pages of JSON only');
  }
  return format;
}

interface Page<Item> {
  readonly items: readonly Item[];
  readonly asOf: AsOf;
}

/** A page's lines are made in parts, so that a slow reader never holds the text of a whole page. */
const LINES_TOGETHER = 50;

/** Sets the headers and returns the content; the next page is read when the reader has taken the one before. */
export async function openExport<Item>(
  pages: AsyncGenerator<Page<Item>>,
  response: Response,
  format: ExportFormat<Item>,
): Promise<AsyncIterable<string>> {
  const first = await pages.next();
  if (first.done === true) throw new RangeError('a search has at least one page');
  response.status(200).setHeader('Content-Type', format.contentType);
  response.setHeader('Content-Disposition', `attachment; filename="${format.fileName}"`);
  tellAsOf(response, first.value.asOf);
  return contentOf(format, first.value.items, pages);
}

async function* contentOf<Item>(
  { header, line }: ExportFormat<Item>,
  first: readonly Item[],
  rest: AsyncIterable<Page<Item>>,
): AsyncGenerator<string> {
  if (header !== '') yield header;
  yield* linesOf(first, line);
  for await (const { items } of rest) yield* linesOf(items, line);
}

function* linesOf<Item>(items: readonly Item[], line: (item: Item) => string): Generator<string> {
  for (let start = 0; start < items.length; start += LINES_TOGETHER) {
    yield items
      .slice(start, start + LINES_TOGETHER)
      .map(line)
      .join('');
  }
}
