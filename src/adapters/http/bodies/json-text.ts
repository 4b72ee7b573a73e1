import { HttpProblem } from '../problems/http-problem.js';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** @throws HttpProblem 400 for bytes that are not JSON in UTF-8 */
export function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(decode(bytes));
  } catch (error) {
    if (error instanceof HttpProblem) throw error;
    throw new HttpProblem(400, 'The body is not valid JSON.');
  }
}

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new HttpProblem(400, 'The body is not encoded in UTF-8.');
  }
}
