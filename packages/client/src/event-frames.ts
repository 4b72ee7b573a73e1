/** A frame of server-sent events. Both may be absent: the service also sends positions without a change. */
export interface EventFrame {
  readonly id: string | undefined;
  readonly data: string;
}

/**
 * Reads the frames of a stream of server-sent events (WHATWG HTML, section 9.2). Parsers of the field drop a frame
 * without data; here its id is a position to resume from.
 * @param signal ends the reading. Node breaks off an answer only while the request that carries the signal is in memory.
 */
export async function* readFrames(
  body: ReadableStream<Uint8Array> | null,
  signal: AbortSignal,
): AsyncGenerator<EventFrame, void, undefined> {
  if (body === null) return;
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  const leave = (): void => void reader.cancel().catch(() => undefined);
  signal.addEventListener('abort', leave);
  if (signal.aborted) leave();
  try {
    for (let step = await reader.read(); !step.done; step = await reader.read()) {
      rest += decoder.decode(step.value, { stream: true });
      const blocks = rest.split(/\r?\n\r?\n/);
      rest = blocks.pop() ?? '';
      for (const block of blocks) yield frameOf(block);
    }
  } finally {
    signal.removeEventListener('abort', leave);
    await reader.cancel().catch(() => undefined);
  }
}

function frameOf(block: string): EventFrame {
  const fields = block.split(/\r?\n/).map((line) => /^([^:]*):? ?(.*)$/.exec(line));
  const valuesOf = (name: string): readonly string[] =>
    fields.flatMap((field) => (field?.[1] === name ? [field[2] ?? ''] : []));
  return { id: valuesOf('id').at(-1), data: valuesOf('data').join('\n') };
}
