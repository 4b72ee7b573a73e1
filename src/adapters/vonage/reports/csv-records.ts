import { pipeline, type Readable } from 'node:stream';
import { parse, CsvError } from 'csv-parse';
import { InvalidRequest } from '../../../application/errors.js';
import type { ReadRecord } from '../../../application/ports/provider-reports.js';
import { readRecord } from './read-record.js';

/** Records of one part, which are compared together: enough for a store over the network, and few for the event loop. */
const PART_RECORDS = 16;
/** The longest row. One with the text of a message is far shorter; a lost quote would take the whole file. */
const ROW_BYTES_MAX = 256 * 1024;

/** Columns that tell what happened to a message that was sent. */
const NEEDED = ['account_id', 'message_id', 'status', 'date_received'] as const;

export interface RecordPart {
  readonly records: readonly ReadRecord[];
  /** Bytes read so far. */
  readonly bytes: number;
}

/** Yields the records of a CSV report. @throws InvalidRequest when it is none */
export async function* csvRecords(bytes: Readable): AsyncGenerator<RecordPart> {
  const parser = parse({
    bom: true,
    relaxColumnCount: true,
    skipEmptyLines: true,
    maxRecordSize: ROW_BYTES_MAX,
  });
  // A fault of the bytes ends the parser with it, and so the loop below.
  pipeline(bytes, parser, () => {});
  let columns: ReadonlyMap<string, number> | undefined;
  let row = 0;
  let part: ReadRecord[] = [];
  try {
    for await (const cells of parser as AsyncIterable<readonly string[]>) {
      row += 1;
      if (columns === undefined) {
        columns = columnsOf(cells);
        continue;
      }
      const { size } = columns;
      const known = columns;
      part.push(
        cells.length === size
          ? readRecord((column) => cells[known.get(column) ?? -1] ?? '', row)
          : { kind: 'unreadable', row, reason: `it has ${cells.length} fields and not ${size}` },
      );
      if (part.length < PART_RECORDS) continue;
      yield { records: part, bytes: parser.info.bytes };
      part = [];
    }
  } catch (error) {
    throw error instanceof CsvError ? notReadable(`row ${row + 1} ${faultIn(error)}`) : error;
  }
  if (columns === undefined) throw notReadable('it is empty');
  yield { records: part, bytes: parser.info.bytes };
}

function columnsOf(header: readonly string[]): ReadonlyMap<string, number> {
  const columns = new Map(header.map((column, index) => [column.trim().toLowerCase(), index]));
  const missing = NEEDED.filter((column) => !columns.has(column));
  if (columns.has('message_id') && !columns.has('status')) {
    throw notReadable('it lists inbound messages only: ask Vonage for the direction outbound');
  }
  if (missing.length > 0) throw notReadable(`it has no column ${missing.join(', ')}`);
  if (!columns.has('provider')) {
    throw notReadable(
      'it is about another product, because it has no column provider: ask Vonage for the product MESSAGES',
    );
  }
  return columns;
}

const faults: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'has no end: the file was cut off. Download it again',
  CSV_MAX_RECORD_SIZE: `is longer than ${ROW_BYTES_MAX / 1024} KiB: a quote is missing in it`,
};

const faultIn = ({ code }: CsvError): string =>
  faults[code] ?? 'is no CSV: a quote is in the wrong place';

export const notReadable = (reason: string): InvalidRequest =>
  new InvalidRequest([{ detail: `This is no report of Vonage's Messages API: ${reason}.` }]);
