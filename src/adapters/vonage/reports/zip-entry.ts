import { Transform, type Readable } from 'node:stream';
import { promisify } from 'node:util';
import { crc32 } from 'node:zlib';
import { open, type Entry, type ZipFile } from 'yauzl';
import { notReadable } from './csv-records.js';

/** The only CSV file of a ZIP, as a stream that fails when its checksum differs. */
export async function csvOfZip(
  path: string,
): Promise<{ readonly bytes: Readable; readonly bytesTotal: number; close(): void }> {
  const zip = await openZip(path);
  try {
    const entry = await onlyCsv(zip);
    const packed = await promisify<Entry, Readable>(zip.openReadStream.bind(zip))(entry);
    const checked = checksummed(entry.crc32);
    packed.on('error', (error) => checked.destroy(damaged(error)));
    return {
      bytes: packed.pipe(checked),
      bytesTotal: entry.uncompressedSize,
      close: () => {
        packed.destroy();
        zip.close();
      },
    };
  } catch (error) {
    zip.close();
    throw error;
  }
}

function openZip(path: string): Promise<ZipFile> {
  return new Promise((resolve, reject) => {
    open(path, { lazyEntries: true, autoClose: false }, (error, zip) => {
      if (error !== null) reject(damaged(error));
      else resolve(zip);
    });
  });
}

/** Entries that are looked at: Vonage's ZIP has one. */
const ENTRIES_MAX = 100;

function onlyCsv(zip: ZipFile): Promise<Entry> {
  return new Promise((resolve, reject) => {
    const found: Entry[] = [];
    let entries = 0;
    const end = (): void => {
      const [only, ...others] = found;
      if (only === undefined) reject(notReadable('its ZIP holds no .csv file'));
      else if (others.length > 0) reject(notReadable('its ZIP holds several .csv files'));
      else resolve(only);
    };
    zip.on('entry', (entry: Entry) => {
      if (/\.csv$/i.test(entry.fileName)) found.push(entry);
      entries += 1;
      if (entries === ENTRIES_MAX) end();
      else zip.readEntry();
    });
    zip.on('error', (error: Error) => reject(damaged(error)));
    zip.once('end', end);
    zip.readEntry();
  });
}

function checksummed(expected: number): Transform {
  let sum = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      sum = crc32(chunk, sum);
      done(null, chunk);
    },
    flush(done) {
      done(sum === expected ? null : notReadable('its ZIP is damaged: the checksum differs'));
    },
  });
}

const damaged = ({ message }: Error): Error => notReadable(`its ZIP is damaged (${message})`);
