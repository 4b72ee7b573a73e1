import type { AttemptRequest } from '../../application/ports/sms-gateway.js';
import type { GatewayProblem } from '../../domain/message/message-events.js';

export const PROBLEM_FIELD_CHARACTERS_MAX = 300;
export const INVALID_PARAMETERS_MAX = 20;

/**
 * Reads Vonage's problem document (RFC 9457), as far as there is one. Echoed parts of the request, a token, a number
 * or the text, are removed first: an outcome is stored, logged and shown.
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
/** A shorter text identifies nobody, and could be part of any word. */
const TEXT_CHARACTERS_MIN = 4;
const HIDDEN = '…';

function tidierFor({ text, to }: AttemptRequest): Tidier {
  const secrets = [text, JSON.stringify(text).slice(1, -1), to].filter(
    (secret) => secret.length >= TEXT_CHARACTERS_MIN,
  );
  return (value) => {
    if (typeof value !== 'string' && typeof value !== 'number') return null;
    const masked = secrets
      .reduce((rest, secret) => rest.replaceAll(secret, HIDDEN), String(value))
      .replace(token, HIDDEN)
      .replace(number, HIDDEN);
    return masked.slice(0, PROBLEM_FIELD_CHARACTERS_MAX) || null;
  };
}

const objectOf = (value: unknown): Readonly<Record<string, unknown>> | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : null;
