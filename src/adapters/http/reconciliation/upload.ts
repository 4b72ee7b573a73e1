import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { glob, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Request } from 'express';
import { HttpProblem } from '../problems/http-problem.js';

/** Names the directory in which an upload lies while it is read. */
export const UPLOAD_DIRECTORY = Symbol('UPLOAD_DIRECTORY');

/** Ten million records, unpacked; Vonage advises at most seven million a report. */
const UPLOAD_BYTES_MAX = 4 * 1024 * 1024 * 1024;

/** An upload's name holds host and process id: containers that share the directory may have the same process ids. */
const OF_PROCESS = /^waybill-upload-(.+)-(\d+)-[\da-f-]{36}\.tmp$/;
const HOST = encodeURIComponent(hostname());

/** No comparison takes so long. */
const USED_MS_MAX = 24 * 60 * 60_000;

/**
 * Deletes the uploads that a killed process left, because they hold numbers of people. Call it only where no other
 * process can have uploads: on the data directory, once its ledger is open.
 */
export async function removeLeftUploads(directory: string): Promise<void> {
  // Earlier versions named them `upload-…`.
  for await (const name of glob('{waybill-,}upload-*.tmp', { cwd: directory }))
    await rm(join(directory, name));
}

/**
 * Deletes the uploads of processes that have ended from a directory that others may use too. Uploads of another host, and those
 * whose process id is in use again, are deleted by their age. Call it before this process has any: in a container, the process
 * before had the same id.
 */
export async function removeUploadsOfEnded(directory: string): Promise<void> {
  for await (const name of glob('waybill-upload-*.tmp', { cwd: directory })) {
    const path = join(directory, name);
    // The system refuses to delete the file of another user.
    if (isOfEnded(name) || (await isOld(path))) await rm(path).catch(() => undefined);
  }
}

function isOfEnded(name: string): boolean {
  const [, host, id] = OF_PROCESS.exec(name) ?? [];
  const pid = Number(id);
  return host === HOST && (pid === process.pid || hasEnded(pid));
}

async function isOld(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && Date.now() - found.mtimeMs > USED_MS_MAX;
}

function hasEnded(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

/**
 * Puts the body into a file, passes its path to `use`, and deletes the file when that ends. An upload that breaks off
 * so changes nothing, and a long comparison does not hold up its sender.
 * @throws HttpProblem 400 without a body, 413 or 415 for one that is not taken, 503 when the disk has no room
 */
export async function withUpload<Result>(
  request: Request,
  directory: string,
  use: (path: string) => Promise<Result>,
): Promise<Result> {
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') {
    throw new HttpProblem(
      415,
      'Send the file as it is, without Content-Encoding: plain or as a ZIP.',
    );
  }
  const path = join(directory, `waybill-upload-${HOST}-${process.pid}-${randomUUID()}.tmp`);
  try {
    const bytes = await store(request, path);
    if (bytes === 0) {
      throw new HttpProblem(400, 'The body is empty: send the report file, as CSV or in its ZIP.');
    }
    return await use(path);
  } finally {
    await rm(path, { force: true });
  }
}

async function store(request: Request, path: string): Promise<number> {
  let bytes = 0;
  const limited = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      const isTooLarge = bytes > UPLOAD_BYTES_MAX;
      done(isTooLarge ? new HttpProblem(413, 'The file is larger than 4 GiB.') : null, chunk);
    },
  });
  try {
    await pipeline(request, limited, createWriteStream(path, { mode: 0o600 }));
  } catch (error) {
    if (error instanceof HttpProblem) throw error;
    if (request.destroyed && !request.complete) {
      throw new HttpProblem(400, 'The upload broke off, so nothing was compared.');
    }
    throw new HttpProblem(503, 'The file cannot be stored here. Look at the disk of the service.');
  }
  return bytes;
}
