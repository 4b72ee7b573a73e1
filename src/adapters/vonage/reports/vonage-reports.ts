import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { Auth } from '@vonage/auth';
import { Direction, Product, Reports, type AnyReportParams } from '@vonage/reports';
import { ProviderRefused } from '../../../application/errors.js';
import type {
  FileProgress,
  ProviderReports,
  ReadRecord,
} from '../../../application/ports/provider-reports.js';
import { csvRecords, notReadable } from './csv-records.js';
import { readRecord } from './read-record.js';
import { csvOfZip } from './zip-entry.js';

export interface VonageAccountConfig {
  readonly apiKey: string;
  readonly apiSecret: string;
  readonly privateKey: string;
  /** With or without a slash at the end. */
  readonly apiHost: string;
  readonly timeoutMs: number;
}

/** First bytes of a ZIP file with an entry (APPNOTE 4.3.7). */
const ZIP_START = Buffer.from([0x50, 0x4b, 0x03, 0x04]);
/** RFC 1952, 2.3.1. */
const GZIP_START = Buffer.from([0x1f, 0x8b]);
/** The first name of a header, and what follows it. */
const SEMICOLONS = /^\ufeff?"?\w+"?;/;
/** Enough for the first name of a header. */
const BEGINNING_BYTES = 64;

/** Reads records of Vonage's Reports API: from its files, and live with Vonage's own SDK. */
export class VonageReports implements ProviderReports {
  private readonly reports: Reports;

  constructor(private readonly config: VonageAccountConfig) {
    const { apiKey, apiSecret, privateKey, apiHost, timeoutMs } = config;
    // The key is not used: without one, the SDK looks for a file of an undefined name, and Node warns.
    this.reports = new Reports(new Auth({ apiKey, apiSecret, privateKey }), {
      apiHost: apiHost.replace(/\/+$/, ''),
      timeout: timeoutMs,
      appendUserAgent: 'waybill',
    });
  }

  async *ofFile(
    path: string,
    onProgress: (progress: FileProgress) => void,
  ): AsyncGenerator<readonly ReadRecord[]> {
    const csv = await openCsv(path);
    try {
      for await (const { records, bytes } of csvRecords(csv.bytes)) {
        yield records;
        onProgress({ bytes, bytesTotal: csv.bytesTotal });
      }
    } finally {
      csv.close();
    }
  }

  byIds(messageUuids: readonly string[]): Promise<readonly ReadRecord[]> {
    return this.ask({ id: messageUuids.join(',') });
  }

  sentTo(recipient: string, since: string, until: string): Promise<readonly ReadRecord[]> {
    return this.ask({ to: recipient, dateStart: since, dateEnd: until });
  }

  private async ask(query: Readonly<Record<string, string>>): Promise<readonly ReadRecord[]> {
    const params = {
      accountId: this.config.apiKey,
      product: Product.MESSAGES,
      direction: Direction.OUTBOUND,
      ...query,
    };
    const answer = () => this.reports.getRecords(params as AnyReportParams);
    try {
      const { records = [] } = await answer().catch((error: unknown) => {
        if (wasCutOff(error)) return answer();
        throw error;
      });
      return (records as readonly Answered[]).map((record, index) =>
        readRecord((column) => textOf(record[camelCase(column)]), index + 1),
      );
    } catch (error) {
      throw new ProviderRefused(reasonOf(statusIn(error)), { cause: error });
    }
  }
}

/**
 * Returns the status of the answer inside an error of the SDK; undefined when it holds none. It is recognized by its
 * shape, because published versions of the SDK have thrown the same class from different packages.
 */
function statusIn(thrown: unknown): number | undefined {
  const response = (thrown as { response?: unknown } | null | undefined)?.response;
  if (!(response instanceof Response)) return undefined;
  // Nothing in the body is used, and it may have any length. Cancelling one that broke rejects.
  response.body?.cancel().catch(() => undefined);
  return response.status;
}

/** Vonage may close a kept connection just as it is used again. A question may be asked twice. */
const wasCutOff = (error: unknown): boolean =>
  ['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE'].includes(
    String(((error as Error | null)?.cause as NodeJS.ErrnoException | undefined)?.code),
  );

/** The SDK turns the names of fields into camel case. */
type Answered = Readonly<Record<string, unknown>>;

const camelCase = (column: string): string =>
  column.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';

const reasonOf = (status: number | undefined): string => {
  switch (status) {
    case undefined:
      return 'Vonage did not answer. Look at the network and VONAGE_API_HOST, and ask again.';
    case 401:
      return 'Vonage refused the credentials (401). Look at VONAGE_API_KEY and VONAGE_API_SECRET.';
    case 403:
      return 'The account may not use the Reports API (403). Ask Vonage for access to it.';
    case 429:
      return 'Vonage was asked too often (429). Wait a minute, and ask again.';
    default:
      return `Vonage refused the question (${status}). Ask again later, or reconcile with a file.`;
  }
};

async function openCsv(
  path: string,
): Promise<{ readonly bytes: Readable; readonly bytesTotal: number; close(): void }> {
  const beginning = await beginningOf(path);
  // Reports are often stored under a wrong name, so the content decides.
  if (beginning.subarray(0, ZIP_START.length).equals(ZIP_START)) return csvOfZip(path);
  if (beginning.subarray(0, GZIP_START.length).equals(GZIP_START)) {
    throw notReadable('it is packed by gzip: unpack it first');
  }
  if (SEMICOLONS.test(beginning.toString('utf8'))) {
    throw notReadable(
      'its fields are separated by semicolons, as a spreadsheet saves them: give the file as Vonage made it',
    );
  }
  const bytes = createReadStream(path);
  return { bytes, bytesTotal: (await stat(path)).size, close: () => bytes.destroy() };
}

async function beginningOf(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(BEGINNING_BYTES), 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
