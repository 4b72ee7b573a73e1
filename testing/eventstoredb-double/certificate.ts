import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Certificate {
  readonly certificate: Buffer;
  readonly privateKey: Buffer;
  /** The path of the same certificate, for `tlsCAFile`. */
  readonly certificateFile: string;
}

/** Creates a certificate for 127.0.0.1 that only this test run trusts. Needs the `openssl` command. */
export function makeCertificate(): Certificate {
  const folder = mkdtempSync(join(tmpdir(), 'eventstoredb-double-'));
  const certificateFile = join(folder, 'certificate.pem');
  const keyFile = join(folder, 'key.pem');
  const subject = '-subj /CN=localhost -addext subjectAltName=IP:127.0.0.1,DNS:localhost';
  const options = `req -x509 -newkey rsa:2048 -nodes -days 2 ${subject}`.split(' ');
  execFileSync('openssl', [...options, '-keyout', keyFile, '-out', certificateFile], {
    stdio: 'ignore',
  });
  return {
    certificate: readFileSync(certificateFile),
    privateKey: readFileSync(keyFile),
    certificateFile,
  };
}
