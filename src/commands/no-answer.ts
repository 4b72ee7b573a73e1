/**
 * Codes of OpenSSL and Node for a certificate that is not trusted, or not for this host
 * (https://nodejs.org/api/tls.html#x509-certificate-error-codes).
 */
const CERTIFICATE =
  /^(?:ERR_TLS_CERT|CERT_|SELF_SIGNED_CERT|DEPTH_ZERO_SELF_SIGNED|UNABLE_TO_(?:GET|VERIFY)|HOSTNAME_MISMATCH)/;
/** The other side does not speak TLS, or another version of it. */
const NO_TLS = /^(?:EPROTO$|ERR_SSL_)/;

/** Says why a request to the service at this address got no answer, and what to do. */
export function whyNoAnswer(url: string, { code = '', message }: NodeJS.ErrnoException): string {
  if (CERTIFICATE.test(code)) {
    return `The certificate of ${url} is not trusted: ${message} (${code}). Name its authority in NODE_EXTRA_CA_CERTS.`;
  }
  if (NO_TLS.test(code)) {
    return `${url} does not speak TLS (${code}). Should WAYBILL_URL begin with http://?`;
  }
  if (code === 'ECONNRESET' || code === 'EPIPE') {
    return `${url} closed the connection without an answer. Ask again; a server of TLS needs https:// in WAYBILL_URL.`;
  }
  return `No Waybill answers at ${url}. Start it with \`npm start\`, or set WAYBILL_URL.`;
}
