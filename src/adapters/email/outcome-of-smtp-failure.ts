import { refused, type AttemptOutcome } from '../../application/ports/sms-gateway.js';
import type { DeliveryErrorClass } from '../../domain/delivery-errors/delivery-error.js';

/** The known facts of a call that failed. */
export interface SmtpCall {
  /** The whole text with its end was written to the connection. */
  readonly isTextSent: boolean;
  readonly messageId: string;
}

/** The errors of nodemailer 10.6.1, as far as they are used here. `response` may quote the recipient's address. */
interface SmtpError {
  readonly code?: string;
  readonly command?: string;
  readonly responseCode?: number;
  readonly response?: string;
  readonly message: string;
  /** That of Node or OpenSSL, where the library replaces it. */
  readonly originalCode?: string;
}

/**
 * Returns the meaning of a failed e-mail. A mail server answers for an e-mail once it has read its end; without that
 * answer it may have taken it. The server's own words are not used, because they quote addresses.
 */
export function outcomeOfSmtpFailure(thrown: unknown, call: SmtpCall): AttemptOutcome {
  const error = thrown as SmtpError;
  const { responseCode } = error;
  // The library asks also where a server offers no encryption, and servers without it answer 500, 502 or 503.
  const isNoEncryption = error.code === 'ETLS' && (responseCode ?? 0) >= 500;
  if (responseCode !== undefined && responseCode >= 400 && !isNoEncryption) {
    return refusalOf(error, responseCode);
  }
  if (call.isTextSent) {
    return {
      kind: 'unknown',
      reason: `The mail server got the whole e-mail and did not answer; it may have taken it. Its Message-ID is ${call.messageId}.`,
    };
  }
  const meaning = error.code === undefined ? undefined : meaningsOfFaults[error.code];
  if (isCertificateFault(error)) {
    return refused('configuration', "The mail server's certificate is not valid.", 'smtp-tls');
  }
  if (isFailedBeginning(error)) {
    return refused(
      'configuration',
      'Encryption with the mail server does not begin, so nothing was sent. smtps:// in SMTP_URL is for a port that is encrypted from the first byte, smtp:// for all others.',
      'smtp-tls',
    );
  }
  return meaning === undefined
    ? refused(
        'transient',
        'The mail server could not be reached or broke off, so nothing was sent.',
        NO_SERVER,
      )
    : refused(meaning.class, meaning.words, meaning.code);
}

const NO_SERVER = 'smtp-not-connected';

interface Meaning {
  readonly class: DeliveryErrorClass;
  readonly words: string;
  readonly code: string;
}

/** Faults without a refusal of the server. */
const meaningsOfFaults: Readonly<Record<string, Meaning>> = {
  ETLS: {
    class: 'configuration',
    words: 'The mail server offers no encryption, so nothing was sent; SMTP_TLS decides about it.',
    code: 'smtp-tls',
  },
  EAUTH: {
    class: 'configuration',
    words: 'The mail server does not accept our credentials.',
    code: 'smtp-auth',
  },
  ENOAUTH: {
    class: 'configuration',
    words: 'The mail server wants credentials, and SMTP_URL has none.',
    code: 'smtp-auth',
  },
  ECONFIG: {
    class: 'configuration',
    words: 'The address of the mail server cannot be used.',
    code: 'smtp-config',
  },
  EENVELOPE: {
    class: 'permanent',
    words: 'The e-mail has an address that cannot be used.',
    code: 'smtp-address',
  },
};

/** Credentials or encryption are wanted (RFC 4954 and 3207). */
const WANTS_CREDENTIALS: ReadonlySet<number> = new Set([530, 534, 535, 538]);
/** Too many recipients for one e-mail, or a full mailbox: it counts as 452 (RFC 5321, 4.5.3.1.10). */
const FULL = 552;

function refusalOf(error: SmtpError, status: number): AttemptOutcome {
  const code = `smtp-${status}`;
  const named = namesOf(error, status);
  if (error.command === 'RCPT TO' && status === FULL) {
    return refused('transient', `The recipient's mailbox is full (${named}).`, code);
  }
  if (status < 500) {
    return refused('transient', `The mail server asks us to try again later (${named}).`, code);
  }
  const isBeforeRecipient = error.command !== 'RCPT TO' && error.command !== 'DATA';
  if (WANTS_CREDENTIALS.has(status) || error.command?.startsWith('AUTH') === true) {
    return refused('configuration', `The mail server does not accept us (${named}).`, code);
  }
  if (isBeforeRecipient && status !== FULL) {
    return refused(
      'configuration',
      `The mail server takes nothing from this sender (${named}).`,
      code,
    );
  }
  return refused('permanent', `The mail server refused the e-mail for good (${named}).`, code);
}

/** An answer may begin with a code that says more (RFC 3463). */
function namesOf({ response }: SmtpError, status: number): string {
  const more = /^\d{3}[ -]([245]\.\d{1,3}\.\d{1,3})\b/.exec(response ?? '')?.[1];
  return more === undefined ? `SMTP ${status}` : `SMTP ${status} ${more}`;
}

/** Node's words for faults of certificates; the library replaces their codes. */
const isCertificateFault = ({ message }: SmtpError): boolean =>
  /certificate|altnames/i.test(message);

/** Codes of OpenSSL where the two ends do not come to agree. Others may come at any time, as from a broken connection. */
const FAILED_BEGINNING =
  /^ERR_SSL_.*(?:WRONG_VERSION_NUMBER|(?:UNSUPPORTED|UNKNOWN)_PROTOCOL|PROTOCOL_VERSION|HANDSHAKE_FAILURE|NO_SHARED_CIPHER|NO_PROTOCOLS_AVAILABLE|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|DH_KEY_TOO_SMALL)$/;

const isFailedBeginning = ({ code, originalCode }: SmtpError): boolean =>
  FAILED_BEGINNING.test(originalCode ?? code ?? '');
