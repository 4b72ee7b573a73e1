import { setTimeout as delay } from 'node:timers/promises';

const FIRST_PAUSE_MS = 20;
const PAUSE_MS_MAX = 100;

export interface Answered {
  readonly status: number;
  /** The number of requests that were made. */
  readonly tries: number;
  readonly headers: Headers;
  readonly text: string;
}

/**
 * Asks until the answer settles the matter, as a careful client does: it repeats after a broken connection,
 * 429 and 5xx, without limit.
 * @param note is called with each status; 0 stands for no answer
 */
export async function untilSettled(
  ask: () => Promise<Response>,
  note: (status: number) => void,
): Promise<Answered> {
  for (let tries = 1; ; tries++) {
    const answer = await ask().then(readWhole, () => undefined);
    note(answer?.status ?? 0);
    if (answer !== undefined && answer.status !== 429 && answer.status < 500) {
      return { ...answer, tries };
    }
    await delay(Math.min(PAUSE_MS_MAX, FIRST_PAUSE_MS * 2 ** (tries - 1)));
  }
}

const readWhole = async (response: Response) => ({
  status: response.status,
  headers: response.headers,
  // An answer without its end counts as none: a client that sees only the status asks again.
  text: await response.text(),
});
