import { generateKeyPairSync } from 'node:crypto';
import * as fc from 'fast-check';
import { verifySignature } from '@vonage/jwt';
import {
  createTokenVerifier,
  SIGNATURE_AGE_MS_MAX,
  SIGNATURE_LEAD_MS_MAX,
  TOKEN_CHARACTERS_MAX,
  verifyBody,
  type WebhookVerifierConfig,
} from '../../../../src/adapters/http/webhooks/verify-webhook.js';
import {
  apiKey,
  applicationId,
  claimsFor,
  encode,
  secret,
  sign,
  signWebhook,
  type Claims,
} from '../../../support/facts/webhook-token.js';

const body = Buffer.from('{"status":"delivered","text":"caf\\u00e9 \\/ é"}');
const nowMs = Date.parse('2030-01-01T12:00:00.500Z');
const claims = claimsFor(body, nowMs);
const config = { secrets: new Map([[apiKey, [secret]]]), applicationId };

/** Runs both steps of the check, as the listener does. */
const createWebhookVerifier = (settings: WebhookVerifierConfig) => {
  const verifyToken = createTokenVerifier(settings);
  return (authorization: string | undefined, bytes: Buffer, now: number) => {
    const token = verifyToken(authorization, now);
    return token.kind === 'signed' ? verifyBody(token, bytes) : token;
  };
};

const verify = createWebhookVerifier(config);
const verdict = (token: string, now = nowMs) => {
  const result = verify(`Bearer ${token}`, body, now);
  return result.kind === 'refused' ? result.reason : result.kind;
};
const verdictOf = (changes: Claims) => verdict(signWebhook({ ...claims, ...changes }));
const seconds = (ms: number) => ms / 1000;

describe('a webhook that Vonage signed', () => {
  it('is genuine, and says who signed it, when, and what its body hashes to', () => {
    const token = signWebhook(claims);
    expect(verify(`Bearer ${token}`, body, nowMs)).toEqual({
      kind: 'genuine',
      token,
      claims: { jti: claims['jti'], iat: claims['iat'], apiKey, applicationId },
      sha256: claims['payload_hash'],
    });
  });

  it('is genuine whether the id of the application is set in capitals or not', () => {
    const capitals = { ...config, applicationId: applicationId.toUpperCase() };
    expect(
      createWebhookVerifier(capitals)(`Bearer ${signWebhook(claims)}`, body, nowMs),
    ).toMatchObject({
      kind: 'genuine',
    });
  });

  it('is genuine without the claims that may be missing', () => {
    const token = signWebhook({ ...claims, jti: undefined, application_id: undefined });
    expect(verify(`Bearer ${token}`, body, nowMs)).toMatchObject({
      kind: 'genuine',
      claims: { jti: null, applicationId: null },
    });
  });

  it.each(['bearer', 'BEARER'])('is genuine under the scheme written as %s', (scheme) => {
    expect(verify(`${scheme} ${signWebhook(claims)}`, body, nowMs).kind).toBe('genuine');
  });

  it('is genuine on every later call too', () => {
    const fresh = createWebhookVerifier(config);
    const authorization = `Bearer ${signWebhook(claims)}`;
    expect(fresh(authorization, body, nowMs)).toEqual(fresh(authorization, body, nowMs));
  });

  it('is genuine in any order of its header, with or without a type', () => {
    expect(verdict(signWebhook(claims, { typ: 'JWT', alg: 'HS256' }))).toBe('genuine');
    expect(verdict(signWebhook(claims, { alg: 'HS256' }))).toBe('genuine');
  });
});

describe('the secret', () => {
  it('is any of those of the API key, so that one can be replaced without a gap', () => {
    const rotating = createWebhookVerifier({
      ...config,
      secrets: new Map([[apiKey, ['the next secret', secret]]]),
    });
    for (const key of ['the next secret', secret]) {
      const token = signWebhook(claims, { alg: 'HS256' }, key);
      expect(rotating(`Bearer ${token}`, body, nowMs).kind).toBe('genuine');
    }
    expect(rotating(`Bearer ${signWebhook(claims, { alg: 'HS256' }, 'old')}`, body, nowMs)).toEqual(
      { kind: 'refused', reason: 'signature' },
    );
  });

  it('is that of the API key in the token, never that of another', () => {
    const two = createWebhookVerifier({
      ...config,
      secrets: new Map([
        [apiKey, [secret]],
        ['other', ['another secret']],
      ]),
    });
    const signed = (named: unknown, key: string) =>
      two(
        `Bearer ${signWebhook({ ...claims, api_key: named }, { alg: 'HS256' }, key)}`,
        body,
        nowMs,
      );
    expect(signed('other', 'another secret')).toMatchObject({ claims: { apiKey: 'other' } });
    expect(signed('other', secret)).toEqual({ kind: 'refused', reason: 'signature' });
    expect(signed(undefined, secret)).toEqual({ kind: 'refused', reason: 'unknown-api-key' });
  });

  it('is the only one there is when the token names no API key', () => {
    const token = signWebhook({ ...claims, api_key: undefined });
    expect(verify(`Bearer ${token}`, body, nowMs)).toMatchObject({ claims: { apiKey } });
  });

  it('may not be empty, nor a PEM key that others know', () => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    for (const bad of ['', pem]) {
      const build = () =>
        createWebhookVerifier({ ...config, secrets: new Map([[apiKey, [secret, bad]]]) });
      expect(build).toThrow(/signature secret is/);
    }
  });
});

describe('what is not genuine', () => {
  it.each([undefined, ''])('is called unsigned without an Authorization header (%j)', (header) => {
    expect(verify(header, body, nowMs)).toEqual({ kind: 'unsigned' });
  });

  it.each(['Basic dXNlcjpwYXNz', 'Bearer', 'Digest x', 'x', 'Bearer\tx'])(
    'is refused for its scheme: %j',
    (header) => {
      expect(verify(header, body, nowMs)).toEqual({ kind: 'refused', reason: 'scheme' });
    },
  );

  const good = signWebhook(claims);
  const [header = '', payload = '', signature = ''] = good.split('.');
  const noise = Buffer.from(payload, 'base64url').toString();

  it.each([
    ['nothing', ''],
    ['one part', header],
    ['two parts', `${header}.${payload}`],
    ['a space in front', ` ${good}`],
    ['an empty header', `.${payload}.${signature}`],
    ['an empty payload', sign(header, '', secret)],
    ['a padded payload', sign(header, `${payload}=`, secret)],
    [
      'the plain base64 alphabet',
      sign(header, encode('{"a":"???>>>"}').replace(/[-_]/g, '+'), secret),
    ],
    ['stray bits at the end', sign(header, `${encode('{"a":1}').slice(0, -1)}R`, secret)],
    ['a line break in the payload', sign(header, `${payload}\n`, secret)],
    ['a payload that is no JSON', sign(header, encode(noise.slice(1)), secret)],
    ['a payload that is an array', sign(header, encode(`[${noise}]`), secret)],
    ['a payload that is null', sign(header, encode('null'), secret)],
    ['a payload that is a text', sign(header, encode('"Vonage"'), secret)],
    ['a header that is a text', sign(encode('"HS256"'), payload, secret)],
    ['a header that is no JSON', sign(encode('HS256'), payload, secret)],
    ['no iat', signWebhook({ ...claims, iat: undefined })],
    ['an iat in words', signWebhook({ ...claims, iat: String(claims['iat']) })],
    ['an exp in words', signWebhook({ ...claims, exp: 'never' })],
    ['an nbf in words', signWebhook({ ...claims, nbf: '0' })],
    ['no end', 'a'.repeat(TOKEN_CHARACTERS_MAX + 1)],
  ])('is refused as malformed with %s', (_name, token) => {
    expect(verdict(token)).toBe('malformed-token');
  });

  it.each([
    [{ alg: 'none' }, 256],
    [{ alg: 'HS384' }, 384],
    [{ alg: 'HS512' }, 512],
    [{ alg: 'RS256' }, 256],
    [{ alg: 'hs256' }, 256],
    [{ alg: ['HS256'] }, 256],
    [{}, 256],
    [{ alg: 'HS256', crit: ['exp'] }, 256],
    [{ alg: 'HS256', b64: false }, 256],
  ])('is refused for its algorithm: %j', (tricky, bits) => {
    expect(verdict(sign(encode(JSON.stringify(tricky)), payload, secret, bits))).toBe('algorithm');
  });

  it('is refused without a signature under "none"', () => {
    expect(verdict(`${encode('{"alg":"none"}')}.${payload}.`)).toBe('algorithm');
  });

  it('is refused when the last of two algorithms in the header is another', () => {
    const twice = (first: string, last: string) =>
      verdict(sign(encode(`{"alg":"${first}","alg":"${last}"}`), payload, secret));
    expect(twice('HS256', 'none')).toBe('algorithm');
    expect(twice('none', 'HS256')).toBe('genuine');
  });

  it.each([
    ['none', `${header}.${payload}.`],
    ['a fourth part', `${good}.x`],
    ['padding', `${good}=`],
    ['a space behind', `${good} `],
    [
      'a stray bit',
      `${good.slice(0, -1)}${String.fromCharCode(good.charCodeAt(good.length - 1) + 1)}`,
    ],
    ['characters that only look like it', `${good.slice(0, -1)}\u0141`],
    ['another secret', signWebhook(claims, undefined, 'not the secret')],
  ])('is refused for its signature: %s', (_name, token) => {
    expect(verdict(token)).toBe('signature');
  });

  it('is refused when any character of a genuine token is another', () => {
    for (let index = 0; index < good.length; index++) {
      const other = good[index] === 'A' ? 'B' : 'A';
      expect(verdict(`${good.slice(0, index)}${other}${good.slice(index + 1)}`)).not.toBe(
        'genuine',
      );
    }
  });

  it('is refused when any byte of the body is another', () => {
    for (let index = 0; index < body.length; index++) {
      const changed = Buffer.from(body);
      changed[index] = (changed[index] ?? 0) ^ 1;
      expect(verify(`Bearer ${good}`, changed, nowMs)).toMatchObject({ reason: 'payload-hash' });
    }
  });

  it('is refused when the body was parsed and written again', () => {
    const rewritten = Buffer.from(JSON.stringify(JSON.parse(body.toString())));
    expect(verify(`Bearer ${good}`, rewritten, nowMs)).toMatchObject({ reason: 'payload-hash' });
  });

  it.each([
    [{ payload_hash: undefined }, 'payload-hash'],
    [{ payload_hash: String(claims['payload_hash']).toUpperCase() }, 'payload-hash'],
    [{ iss: undefined }, 'issuer'],
    [{ iss: 'vonage' }, 'issuer'],
    [{ iss: ['Vonage'] }, 'issuer'],
    [{ api_key: 'unknown' }, 'unknown-api-key'],
    [{ api_key: [apiKey] }, 'unknown-api-key'],
    [{ api_key: '' }, 'unknown-api-key'],
    [{ application_id: 'bbbbbbbb-bbbb-4ccc-8ddd-0123456789ab' }, 'application'],
    [{ application_id: '' }, 'application'],
    [{ application_id: [applicationId] }, 'application'],
  ])('is refused for %j', (changes, reason) => {
    expect(verdictOf(changes)).toBe(reason);
  });
});

describe('time', () => {
  const oldest = seconds(nowMs - SIGNATURE_AGE_MS_MAX);
  const latest = seconds(nowMs + SIGNATURE_LEAD_MS_MAX);

  it.each([
    [{ iat: oldest }, 'genuine'],
    [{ iat: oldest - 0.001 }, 'too-old'],
    [{ iat: 0 }, 'too-old'],
    [{ iat: latest }, 'genuine'],
    [{ iat: latest + 0.001 }, 'in-the-future'],
    [{ iat: nowMs }, 'in-the-future'],
    [{ exp: Math.floor(seconds(nowMs)) }, 'too-old'],
    [{ exp: Math.floor(seconds(nowMs)) + 1 }, 'genuine'],
    [{ nbf: Math.floor(seconds(nowMs)) }, 'genuine'],
    [{ nbf: Math.floor(seconds(nowMs)) + 1 }, 'in-the-future'],
  ])('makes %j %s', (changes, expected) => {
    expect(verdictOf(changes)).toBe(expected);
  });
});

describe('beside the verifier of @vonage/jwt', () => {
  const now = Date.now();
  const current = claimsFor(body, now);
  const json = (value: unknown) => encode(JSON.stringify(value));

  const headers = fc.oneof(
    { weight: 4, arbitrary: fc.constant(json({ alg: 'HS256', typ: 'JWT' })) },
    fc.constantFrom(
      ...['none', 'HS384', 'HS512', 'RS256', 'ES256', 'hs256', ''].map((alg) => json({ alg })),
      json({ alg: 'HS256', typ: 'jose' }),
      json({ alg: 'HS256', crit: ['b64'], b64: false }),
      encode('{"alg":"none","alg":"HS256"}'),
      encode('{"alg":"HS256","alg":"none"}'),
      encode(' {"alg":"HS256"}\n'),
      encode('{"alg":"HS256","kid":"é"}'),
      encode('"HS256"'),
      encode('null'),
      encode('[]'),
      '',
    ),
  );
  const timeClaim = fc.oneof(
    fc.integer({ min: -10, max: 10 }).map((offset) => Math.floor(now / 1000) + offset * 3600),
    fc.constantFrom(undefined, null, '0', 0, -1, 1e300, true, []),
  );
  const changes: fc.Arbitrary<Claims> = fc.oneof(
    { weight: 2, arbitrary: fc.constant({}) },
    fc.record(
      {
        iat: timeClaim,
        exp: timeClaim,
        nbf: timeClaim,
        jti: fc.jsonValue(),
        aud: fc.jsonValue(),
        sub: fc.jsonValue(),
      },
      { requiredKeys: [] },
    ),
  );
  const payloads = fc.oneof(
    { weight: 6, arbitrary: changes.map((changed) => json({ ...current, ...changed })) },
    changes.map((changed) =>
      encode(`{"iss":"Mallory",${JSON.stringify({ ...current, ...changed }).slice(1)}`),
    ),
    fc.json().map(encode),
    fc.string().map(encode),
  );
  const keys = fc.constantFrom(secret, secret, secret, 'another secret');
  const bits = fc.constantFrom(256, 256, 256, 384, 512);

  const insertion = fc.tuple(
    fc.nat(),
    fc.nat(3),
    fc.constantFrom('', '.', '=', ' ', '\n', '+', '/', '-', '_', 'A', '%', 'é', 'Ł', '\u0000'),
  );
  const mutate = (text: string, [at, removed, inserted]: readonly [number, number, string]) => {
    const index = at % (text.length + 1);
    return text.slice(0, index) + inserted + text.slice(index + removed);
  };
  const mutations = fc.array(insertion, { maxLength: 2 });

  it('accepts nothing that it refuses', () => {
    const tally = { genuine: 0, refused: 0 };
    fc.assert(
      fc.property(
        headers,
        payloads,
        keys,
        bits,
        fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, mutations),
        fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, mutations),
        (header, payload, key, hashBits, before, after) => {
          // Some changes are made before signing, so that a wrong form has a valid signature.
          const [mutatedPayload, mutatedHeader] = [
            before.reduce(mutate, payload),
            before.length > 1 ? before.reduce(mutate, header) : header,
          ];
          const token = after.reduce(mutate, sign(mutatedHeader, mutatedPayload, key, hashBits));
          const ours = verify(`Bearer ${token}`, body, now).kind === 'genuine';
          tally[ours ? 'genuine' : 'refused']++;
          expect(ours && !verifySignature(token, secret)).toBe(false);
        },
      ),
      { numRuns: 5000 },
    );
    // The property would be empty if no webhook or every webhook were genuine.
    expect(tally.genuine).toBeGreaterThan(200);
    expect(tally.refused).toBeGreaterThan(200);
  });

  it('never throws, whatever the header says', () => {
    fc.assert(
      fc.property(fc.string(), fc.uint8Array(), (text, bytes) => {
        const result = verify(`Bearer ${text}`, Buffer.from(bytes), now);
        expect(result.kind).toBe('refused');
      }),
    );
  });
});
