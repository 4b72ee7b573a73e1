/**
 * What `work` gives, unless it takes too long. Then its signal aborts; what it has begun goes on, and
 * nobody hears what becomes of it.
 * @throws Error after `limitMs`, and whatever `work` throws before
 */
export async function inTime<Result>(
  limitMs: number,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const deadline = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const error = new Error(`it took longer than ${limitMs} ms`);
      deadline.abort(error);
      reject(error);
    }, limitMs);
  });
  try {
    return await Promise.race([work(deadline.signal), late]);
  } finally {
    clearTimeout(timer);
  }
}
