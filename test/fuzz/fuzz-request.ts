import { gzipSync } from 'node:zlib';

/** One request of a run. Seed and number determine all of it, except ids that the service itself assigned. */
export interface FuzzRequest {
  readonly number: number;
  /** The route as OpenAPI writes it, for example `/v1/messages/{id}`. */
  readonly route: string;
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | null;
  /** True for a webhook exactly as Vonage signs it, which must be recorded. */
  readonly genuine: boolean;
}

/** Shorter than the longest line that a shell accepts. */
const PLAIN_BODY_BYTES_MAX = 2_000;

/** Returns a command that sends the same bytes. `$WAYBILL` stands for the service's address. */
export function asCurl({ method, target, headers, body }: FuzzRequest): string {
  const parts = [
    'curl --globoff --path-as-is -sSi',
    method === 'HEAD' ? '--head' : `-X ${method}`,
    ...Object.entries(headers).map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`),
  ];
  const url = `"$WAYBILL"${quoted(target)}`;
  if (body === null) return [...parts, url].join(' ');
  const text = body.toString();
  const plain =
    body.length <= PLAIN_BODY_BYTES_MAX &&
    Buffer.from(text).equals(body) &&
    !text.includes('\0') &&
    !text.startsWith('@');
  if (plain) return [...parts, `--data-binary ${quoted(text)}`, url].join(' ');
  const packed = gzipSync(body).toString('base64');
  return `echo ${packed} | base64 -d | gunzip | ${[...parts, '--data-binary @-', url].join(' ')}`;
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
