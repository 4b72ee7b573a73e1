import type { AttemptRequest } from '../../application/ports/sms-gateway.js';
import type { GatewayProblem } from '../../domain/message/message-events.js';

export const PROBLEM_FIELD_CHARACTERS_MAX = 300;
export const INVALID_PARAMETERS_MAX = 20;

/**
 * Reads Vonage's problem document (RFC 9457), as far as there is one. Echoed parts of the request, a token, a number,
 * the text or what stands in a template, are removed first: an outcome is stored, logged and shown.
 */
export function problemOf(body: unknown, request: AttemptRequest): GatewayProblem | null {
  const problem = objectOf(body);
  if (problem === null) return null;
  const tidy = tidierFor(request);
  const read = {
    type: tidy(problem['type']),
    title: tidy(problem['title']),
    detail: tidy(problem['detail']),
    instance: tidy(problem['instance']),
    invalidParameters: invalidParametersOf(problem['invalid_parameters'], tidy),
  };
  const saysSomething = read.type ?? read.title ?? read.detail ?? read.instance;
  return saysSomething === null && read.invalidParameters.length === 0 ? null : read;
}

type Tidier = (value: unknown) => string | null;

function invalidParametersOf(value: unknown, tidy: Tidier): GatewayProblem['invalidParameters'] {
  if (!Array.isArray(value)) return [];
  return value.slice(0, INVALID_PARAMETERS_MAX).flatMap((item: unknown) => {
    const parameter = objectOf(item);
    const name = tidy(parameter?.['name']);
    return name === null ? [] : { name, reason: tidy(parameter?.['reason']) ?? '' };
  });
}

/** Every token of Vonage's SDK is a JWT, which begins with the base64 of `{"`. */
const token = /eyJ[\w.-]+/g;
/** Matches seven digits or more, also with separators in between. */
const number = /\d(?:[ ().-]?\d){6,}/g;
/** A shorter text could be part of any word, so it is hidden only where it is a word of its own. */
const TEXT_CHARACTERS_MIN = 4;
/** A single letter or digit identifies nobody. */
const WORD_CHARACTERS_MIN = 2;
const HIDDEN = '…';

function tidierFor({ text, to, template }: AttemptRequest): Tidier {
  const secrets = [text, to, ...(template?.parameters ?? [])]
    .flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)])
    .filter((secret) => secret.length >= WORD_CHARACTERS_MIN)
    // The longest first, because one may be a part of another.
    .toSorted((left, right) => right.length - left.length)
    .map(patternOf);
  return (value) => {
    if (typeof value !== 'string' && typeof value !== 'number') return null;
    const masked = secrets
      .reduce((rest, secret) => rest.replace(secret, HIDDEN), String(value))
      .replace(token, HIDDEN)
      .replace(number, HIDDEN);
    return masked.slice(0, PROBLEM_FIELD_CHARACTERS_MAX) || null;
  };
}

function patternOf(secret: string): RegExp {
  const literal = RegExp.escape(secret);
  return secret.length >= TEXT_CHARACTERS_MIN
    ? new RegExp(literal, 'g')
    : new RegExp(String.raw`(?<![\p{L}\p{N}])${literal}(?![\p{L}\p{N}])`, 'gu');
}

const objectOf = (value: unknown): Readonly<Record<string, unknown>> | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : null;
