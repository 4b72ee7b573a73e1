import { createServer, type AddressInfo } from 'node:net';
import { outcomeOfSmtpFailure } from '../../../src/adapters/email/outcome-of-smtp-failure.js';
import { SmtpEmailGateway } from '../../../src/adapters/email/smtp-email-gateway.js';
import type { AttemptOutcome, AttemptRequest } from '../../../src/application/ports/sms-gateway.js';
import {
  emailThrough,
  startMailServer,
  type MailScript,
  type MailServer,
} from '../../support/doubles/mail-server.js';

const MESSAGE_ID = '<0190a7d2-4b1c-7e3f-8a5b-0123456789ab.2@shop.example>';

const request: AttemptRequest = {
  clientRef: '0190a7d2-4b1c-7e3f-8a5b-0123456789ab.2',
  channel: 'email',
  to: 'ann@person.example',
  from: 'news@shop.example',
  text: 'Your parcel is here: “door 7” 📦\nSee you.',
  encoding: 'auto',
  ttlSeconds: null,
};

let server: MailServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function sendTo(
  script: MailScript,
  changes: Partial<AttemptRequest> = {},
  { requiresTls = false, tls = {} } = {},
): Promise<AttemptOutcome> {
  server = await startMailServer(script);
  const timeouts = { connectMs: 5_000, answerMs: 600 };
  const gateway = new SmtpEmailGateway(emailThrough(server.url, requiresTls), timeouts, tls);
  return gateway.send({ ...request, ...changes });
}

const refused = (kind: string, code: string, reason: unknown = expect.any(String)) =>
  expect.objectContaining({ kind: 'refused', class: kind, code, reason, httpStatus: null });

/** A server that greets with the first line, and answers each line that it gets with the next one. */
async function answerLines(answers: readonly string[]) {
  const listener = createServer((socket) => {
    const left = [...answers];
    const answer = () => socket.write(`${left.shift() ?? '221 bye'}\r\n`);
    socket.on('error', () => undefined);
    socket.on('data', answer);
    answer();
  });
  await new Promise<void>((resolve) => {
    listener.listen(0, '127.0.0.1', resolve);
  });
  const { port } = listener.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    close: () => new Promise((resolve) => listener.close(resolve)),
  };
}

/** Decodes quoted-printable (RFC 2045). */
const decoded = (text: string): string =>
  Buffer.from(
    text
      .replaceAll('=\r\n', '')
      .replaceAll('\r\n', '\n')
      .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
    'latin1',
  ).toString('utf8');

describe('what the mail server gets', () => {
  it('gets the text under the Message-ID of message and attempt, which the outcome names', async () => {
    const outcome = await sendTo({});

    expect(outcome).toEqual({ kind: 'accepted', messageUuid: null, externalId: MESSAGE_ID });
    const [mail] = server?.received ?? [];
    expect(mail).toMatchObject({ from: 'news@shop.example', to: 'ann@person.example' });
    const headers = Object.fromEntries(mail?.headers ?? []);
    expect(headers).toMatchObject({
      'message-id': MESSAGE_ID,
      from: 'The Shop <news@shop.example>',
      to: 'ann@person.example',
      'auto-submitted': 'auto-generated',
    });
    expect(headers['subject']).toMatch(/^=\?UTF-8\?/);
    expect(headers['content-transfer-encoding']).toBe('quoted-printable');
    expect(decoded(mail?.body ?? '')).toBe(request.text);
  });

  it('gets the beginning of the text as subject, and no half of a character', async () => {
    await sendTo({}, { text: `${'x'.repeat(76)}📦${'y'.repeat(20)}` });

    const words = server?.received[0]?.headers.get('subject') ?? '';
    const subject = [...words.matchAll(/=\?UTF-8\?([QB])\?([^?]*)\?=/g)]
      .map(([, , word = '']) => decoded(word))
      .join('');
    expect(subject).toBe(`${'x'.repeat(76)}📦…`);
  });

  it('gets the step’s own subject and sender, and no line of a subject becomes a header', async () => {
    await sendTo({}, { subject: 'Parcel\r\nBcc: eve@person.example', from: 'depot@shop.example' });

    const [mail] = server?.received ?? [];
    expect(mail?.to).toBe('ann@person.example');
    expect(mail?.headers.get('from')).toBe('depot@shop.example');
    expect(mail?.headers.get('bcc')).toBeUndefined();
    expect(mail?.headers.get('subject')).toBe('Parcel Bcc: eve@person.example');
  });
});

describe('what an answer means', () => {
  it.each<[string, MailScript, unknown]>([
    ['greylisting', { onRecipient: () => 451 }, refused('transient', 'smtp-451')],
    [
      // It hangs up at once, which the library may notice before the answer.
      'a closing server',
      { onRecipient: () => 421 },
      refused('transient', expect.stringMatching(/^smtp-(421|not-connected)$/) as string),
    ],
    ['a full mailbox', { onRecipient: () => 552 }, refused('transient', 'smtp-552')],
    ['a delay after the text', { onText: () => 450 }, refused('transient', 'smtp-450')],
    ['a refused text', { onText: () => 554 }, refused('permanent', 'smtp-554')],
    ['a refused sender', { onSender: () => 550 }, refused('configuration', 'smtp-550')],
    ['a server that wants a login', { onSender: () => 530 }, refused('configuration', 'smtp-530')],
    ['a cut at the sender', { onSender: () => 'cut' }, refused('transient', 'smtp-not-connected')],
    [
      'a cut at the recipient',
      { onRecipient: () => 'cut' },
      refused('transient', 'smtp-not-connected'),
    ],
    [
      'silence at the recipient',
      { onRecipient: () => 'silence' },
      refused('transient', 'smtp-not-connected'),
    ],
  ])('%s', async (_name, script, outcome) => {
    expect(await sendTo(script)).toEqual(outcome);
  });

  it('an unknown recipient is refused for good, in words that quote no address', async () => {
    const words = '5.1.1 <ann@person.example>: no such person';
    const outcome = await sendTo({ onRecipient: () => 550, words });
    expect(outcome).toEqual(
      refused(
        'permanent',
        'smtp-550',
        'The mail server refused the e-mail for good (SMTP 550 5.1.1).',
      ),
    );
    expect(JSON.stringify(outcome)).not.toContain('ann');
  });

  it.each(['cut', 'silence'] as const)(
    'a %s after the whole text leaves the outcome unknown, and names the Message-ID',
    async (answer) => {
      const outcome = await sendTo({ onText: () => answer });
      expect(outcome).toEqual({ kind: 'unknown', reason: expect.stringContaining(MESSAGE_ID) });
      expect(server?.received).toHaveLength(1);
    },
  );

  it('tells the outcomes of concurrent calls apart', async () => {
    server = await startMailServer({
      onRecipient: (address) => (address.startsWith('early') ? 'cut' : undefined),
      onText: () => 'cut',
    });
    const gateway = new SmtpEmailGateway(emailThrough(server.url));
    const outcomes = await Promise.all(
      ['early1', 'late1', 'early2', 'late2'].map((name) =>
        gateway.send({ ...request, to: `${name}@person.example` }),
      ),
    );
    expect(outcomes.map(({ kind }) => kind)).toEqual(['refused', 'unknown', 'refused', 'unknown']);
  });

  it('nothing listens', async () => {
    const outcome = await new SmtpEmailGateway(emailThrough('smtp://127.0.0.1:1')).send(request);
    expect(outcome).toEqual(refused('transient', 'smtp-not-connected'));
  });
});

describe('encryption', () => {
  const encrypted: MailScript = { server: { disabledCommands: [] } };

  it('is required: a server that offers none gets nothing', async () => {
    const outcome = await sendTo({}, {}, { requiresTls: true });
    expect(outcome).toEqual(
      refused('configuration', 'smtp-tls', expect.stringContaining('SMTP_TLS')),
    );
    expect(server?.received).toHaveLength(0);
  });

  it('is used where the server offers it', async () => {
    const outcome = await sendTo(
      encrypted,
      {},
      { requiresTls: true, tls: { rejectUnauthorized: false } },
    );
    expect(outcome.kind).toBe('accepted');
    expect(server?.received[0]?.isEncrypted).toBe(true);
  });

  it.each([500, 502, 503, 554])(
    'is not there where the server answers STARTTLS with %i, as one without it does',
    async (status) => {
      const plain = await answerLines(['220 mail', '250 mail', `${status} 5.5.1 no`]);
      const gateway = new SmtpEmailGateway(emailThrough(plain.url, true));
      const outcome = await gateway.send(request);
      await plain.close();
      expect(outcome).toEqual(
        refused('configuration', 'smtp-tls', expect.stringContaining('SMTP_TLS')),
      );
    },
  );

  it('does not begin where smtps:// names a port without it: every e-mail waits', async () => {
    server = await startMailServer();
    const gateway = new SmtpEmailGateway(emailThrough(`smtps://127.0.0.1:${server.port}`, true));
    expect(await gateway.send(request)).toEqual(
      refused('configuration', 'smtp-tls', expect.stringContaining('SMTP_URL')),
    );
    expect(server.received).toHaveLength(0);
  });

  it.each([
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'configuration', 'smtp-tls'],
    ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', 'configuration', 'smtp-tls'],
    ['ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC', 'transient', 'smtp-not-connected'],
    ['ERR_SSL_UNEXPECTED_EOF_WHILE_READING', 'transient', 'smtp-not-connected'],
  ])('that fails with %s counts as %s', (code, kind, told) => {
    const ofOpenSsl = { library: 'SSL routines', message: code };
    for (const codes of [{ code }, { code: 'ESOCKET', originalCode: code }]) {
      const thrown = { ...ofOpenSsl, ...codes };
      const outcome = outcomeOfSmtpFailure(thrown, { isTextSent: false, messageId: '<1@x>' });
      expect(outcome).toEqual(refused(kind, told));
    }
  });

  it('does not trust a certificate that nobody vouches for', async () => {
    const outcome = await sendTo(encrypted, {}, { requiresTls: true });
    expect(outcome).toEqual(
      refused('configuration', 'smtp-tls', expect.stringContaining('certificate')),
    );
    expect(server?.received).toHaveLength(0);
  });
});

it('logs in with the credentials of the address, and holds when they are refused', async () => {
  server = await startMailServer({
    server: {
      authOptional: false,
      allowInsecureAuth: true,
      onAuth: ({ username, password }, _session, callback) =>
        username === 'shop' && password === 'p@ss'
          ? callback(null, { user: username })
          : callback(Object.assign(new Error('5.7.8 no'), { responseCode: 535 })),
    },
  });
  const urlWith = (login: string) => `smtp://${login}@127.0.0.1:${server?.port}`;
  const right = new SmtpEmailGateway(emailThrough(urlWith('shop:p%40ss')));
  expect((await right.send(request)).kind).toBe('accepted');
  const wrong = new SmtpEmailGateway(emailThrough(urlWith('shop:wrong')));
  expect(await wrong.send(request)).toEqual(refused('configuration', 'smtp-535'));
});
