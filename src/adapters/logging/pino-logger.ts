import { pino, type DestinationStream } from 'pino';
import { PinoPretty } from 'pino-pretty';
import { reasonOf } from '../../application/errors.js';
import type { Logger } from '../../application/ports/logger.js';

/**
 * Property names that could hold secret or personal data. No code logs any on purpose; this is the second line of
 * defence.
 */
const redacted = [
  'authorization',
  'Authorization',
  'privateKey',
  'apiSecret',
  'signatureSecrets',
  'token',
  'text',
  'to',
  'from',
  'rawBody',
  'headers',
  'body',
];

/** Writes only these properties of an error: its own ones can hold a whole request, token included. */
const serializeError = (error: unknown): unknown =>
  error instanceof Error
    ? {
        name: error.name,
        message: reasonOf(error),
        ...('code' in error ? { code: error.code } : {}),
        // SQLite's own number: one message of it has several causes.
        ...('errcode' in error ? { errcode: error.errcode } : {}),
        stack: error.stack,
        ...(error.cause === undefined ? {} : { cause: serializeError(error.cause) }),
      }
    : String(error);

/** Writes lines for people on a terminal: the time of day, the sentence, and its facts behind it. */
export const terminalStream = (): DestinationStream | undefined =>
  process.stdout.isTTY
    ? PinoPretty({
        colorize: process.env['NO_COLOR'] === undefined,
        messageKey: 'message',
        errorLikeObjectKeys: ['error', 'cause'],
        singleLine: true,
        sync: true,
        translateTime: 'SYS:HH:MM:ss',
      })
    : undefined;

/**
 * Writes each line at once. Nothing is ever left to flush, and a flush after a fatal line would try for ever where nobody reads the
 * lines any more: the process would stand still instead of ending.
 */
function standardOutput(): DestinationStream {
  const output = pino.destination({ dest: 1, sync: true, maxLength: UNWRITTEN_BYTES_MAX });
  let isTold = false;
  // A log on a full disk, or one that nobody reads any more, must not end the service. Lines wait until there is room.
  output.on('error', (error: Error) => {
    if (!isTold)
      process.stderr.write(`The log cannot be written: ${error.message}. The service goes on.\n`);
    isTold = true;
  });
  return { write: (line) => void output.write(line) };
}

/** Lines beyond are lost. */
const UNWRITTEN_BYTES_MAX = 1024 * 1024;

/** A logger that also says why the process ends. */
export interface FatalLogger extends Logger {
  fatal(facts: Readonly<Record<string, unknown>>, sentence: string): void;
}

/** Writes one JSON line per event, to standard output by default. */
export function createPinoLogger(
  level: string,
  destination: DestinationStream = standardOutput(),
): FatalLogger {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    messageKey: 'message',
    serializers: { error: serializeError },
    redact: {
      paths: ['', '*.', '*.*.'].flatMap((above) => redacted.map((name) => above + name)),
      censor: '[hidden]',
    },
  };
  const logger = pino(options, destination);
  return {
    info: (facts, sentence) => logger.info(facts, sentence),
    warn: (facts, sentence) => logger.warn(facts, sentence),
    error: (facts, sentence) => logger.error(facts, sentence),
    fatal: (facts, sentence) => logger.fatal(facts, sentence),
  };
}
