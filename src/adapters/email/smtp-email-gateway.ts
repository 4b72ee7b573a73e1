import type { ConnectionOptions } from 'node:tls';
import { createTransport } from 'nodemailer';
import type {
  AttemptOutcome,
  AttemptRequest,
  SmsGateway,
} from '../../application/ports/sms-gateway.js';
import { directCallMsMax } from '../../domain/message/direct-channels.js';
import type { EmailConfig } from './email-config.js';
import { outcomeOfSmtpFailure } from './outcome-of-smtp-failure.js';

/** The time limits of a call, milliseconds. */
export interface SmtpTimeouts {
  /** DNS, connection and greeting. */
  readonly connectMs: number;
  /** One answer afterwards. The last one may be slow, and to give up on it makes an unknown outcome. */
  readonly answerMs: number;
}

const defaultTimeouts: SmtpTimeouts = {
  connectMs: 10_000,
  answerMs: directCallMsMax.email - 30_000,
};

/** A subject of more than this is hard to read in a list. */
const SUBJECT_CHARACTERS_MAX = 78;

/**
 * Sends e-mail over SMTP, one connection for each. The library tells a cut before the text from one after it only in
 * its log, and the log of a shared connection does not name the e-mail (nodemailer 10.6.1).
 */
export class SmtpEmailGateway implements SmsGateway {
  constructor(
    private readonly config: EmailConfig,
    private readonly timeouts = defaultTimeouts,
    private readonly tls: ConnectionOptions = {},
  ) {}

  async send(request: AttemptRequest): Promise<AttemptOutcome> {
    const messageId = messageIdOf(request);
    const textWatch = new TextWatch();
    const transport = createTransport({
      ...this.serverOptions(),
      logger: textWatch,
      transactionLog: true,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    try {
      const { serverMessageId } = await transport.sendMail({
        ...this.addressed(request),
        subject: request.subject ?? subjectOf(request.text),
        text: request.text,
        messageId,
        // Keeps holiday notices and other automatic answers from coming back (RFC 3834).
        headers: { 'Auto-Submitted': 'auto-generated' },
        signal: AbortSignal.timeout(directCallMsMax.email),
      });
      return { kind: 'accepted', messageUuid: null, externalId: serverMessageId ?? messageId };
    } catch (error) {
      return outcomeOfSmtpFailure(error, { isTextSent: textWatch.isTextSent, messageId });
    } finally {
      transport.close();
    }
  }

  private serverOptions() {
    const { url, requiresTls } = this.config;
    return {
      url,
      requireTLS: requiresTls,
      connectionTimeout: this.timeouts.connectMs,
      greetingTimeout: this.timeouts.connectMs,
      dnsTimeout: this.timeouts.connectMs,
      socketTimeout: this.timeouts.answerMs,
      tls: { minVersion: 'TLSv1.2' as const, ...this.tls },
    };
  }

  private addressed({ from, to }: AttemptRequest) {
    const { name, address } = this.config.from;
    return {
      from: { name: from === address ? name : '', address: from },
      to: { name: '', address: to },
    };
  }
}

/**
 * The Message-ID of an attempt. It is made of message and attempt alone, so that the e-mail of an unknown outcome can be
 * found at the mail server.
 */
export const messageIdOf = ({
  clientRef,
  from,
}: Pick<AttemptRequest, 'clientRef' | 'from'>): string =>
  `<${clientRef}@${from.slice(from.lastIndexOf('@') + 1)}>`;

function subjectOf(text: string): string {
  const [line = ''] = text.trim().split(/\r?\n/, 1);
  const characters = Array.from(line);
  return characters.length <= SUBJECT_CHARACTERS_MAX
    ? line
    : `${characters
        .slice(0, SUBJECT_CHARACTERS_MAX - 1)
        .join('')
        .trimEnd()}…`;
}

/** Reads in the library's log whether the whole text was written. Nothing of the log is kept: it holds addresses. */
class TextWatch {
  isTextSent = false;

  readonly trace = (): void => undefined;
  readonly debug = (): void => undefined;
  readonly info = (entry: unknown): void => {
    if ((entry as { tnx?: unknown } | undefined)?.tnx === 'message') this.isTextSent = true;
  };
  readonly warn = (): void => undefined;
  readonly error = (): void => undefined;
  readonly fatal = (): void => undefined;
}
