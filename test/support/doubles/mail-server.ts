import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerOptions, type SMTPServerSession } from 'smtp-server';

/** An e-mail as it went over the wire. */
export interface Mail {
  readonly from: string;
  readonly to: string;
  readonly isEncrypted: boolean;
  /** Headers by lower-case name, with folded lines joined. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/** The answer of a command: undefined lets it pass, a number refuses, `cut` ends the connection. */
export type MailAnswer = number | 'cut' | 'silence' | undefined;

export interface MailScript {
  readonly onSender?: () => MailAnswer;
  readonly onRecipient?: (address: string) => MailAnswer;
  /** After the whole text. */
  readonly onText?: () => MailAnswer;
  /** For each number, the words after it. */
  readonly words?: string;
  readonly server?: SMTPServerOptions;
}

/** A real SMTP server that answers by a script. */
export interface MailServer {
  readonly url: string;
  readonly port: number;
  /** Every e-mail whose text came in, also where the answer refused it. */
  readonly received: readonly Mail[];
  script: MailScript;
  close(): Promise<void>;
}

/** The configuration of e-mail through a server. */
export const emailThrough = (url: string, requiresTls = false) => ({
  url,
  from: { name: 'The Shop', address: 'news@shop.example' },
  requiresTls,
});

export async function startMailServer(script: MailScript = {}): Promise<MailServer> {
  const received: Mail[] = [];
  const answer = (
    given: MailAnswer,
    session: SMTPServerSession,
    callback: (error?: Error) => void,
  ): void => {
    if (given === 'silence') return;
    if (given === 'cut') {
      for (const { session: one, _socket: socket } of connections()) {
        if (one.id === session.id) socket.destroy();
      }
      return;
    }
    if (given === undefined) return callback();
    callback(Object.assign(new Error(double.script.words ?? 'no'), { responseCode: given }));
  };
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    logger: false,
    onMailFrom: (_address, session, callback) =>
      answer(double.script.onSender?.(), session, callback),
    onRcptTo: ({ address }, session, callback) =>
      answer(double.script.onRecipient?.(address), session, callback),
    onData(stream, session, callback) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        received.push(mailOf(Buffer.concat(chunks).toString('utf8'), session));
        answer(double.script.onText?.(), session, callback);
      });
    },
    ...script.server,
  });
  // Clients that break off are part of the tests.
  server.on('error', () => undefined);
  const connections = () =>
    (
      server as unknown as {
        connections: Set<{ session: SMTPServerSession; _socket: { destroy(): void } }>;
      }
    ).connections;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  const double = {
    url: `smtp://127.0.0.1:${port}`,
    port,
    received,
    script,
    close: () => {
      for (const { _socket: socket } of connections()) socket.destroy();
      return new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
  return double;
}

function mailOf(source: string, { envelope, secure }: SMTPServerSession): Mail {
  const [head = '', ...rest] = source.split('\r\n\r\n');
  const lines = head.replaceAll(/\r\n[ \t]+/g, ' ').split('\r\n');
  return {
    from: envelope.mailFrom === false ? '' : (envelope.mailFrom?.address ?? ''),
    to: envelope.rcptTo.map(({ address }) => address).join(','),
    isEncrypted: secure,
    headers: new Map(
      lines.map((line) => {
        const colon = line.indexOf(':');
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
      }),
    ),
    body: rest.join('\r\n\r\n').trimEnd(),
  };
}
