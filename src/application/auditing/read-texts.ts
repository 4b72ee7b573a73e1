import { ApplicationError, UndecodableEvent } from '../errors.js';
import type { ReadMessage } from './read-message.js';

/** Each costs the reading of a stream. */
export const TEXTS_MAX = 50;
/** About as much as a row of a list shows. */
const CHARACTERS_MAX = 100;

export interface FirstWords {
  readonly id: string;
  /** Null: no message has this id, it has no text, or its stream is damaged. */
  readonly text: string | null;
}

/** Reads the first words of several texts, for a list of messages. Lists themselves hold no texts. */
export class ReadTexts {
  constructor(private readonly messages: Pick<ReadMessage, 'execute'>) {}

  /** @throws StoreUnavailable */
  execute(ids: readonly string[]): Promise<readonly FirstWords[]> {
    return Promise.all(ids.map(async (id) => ({ id, text: await this.textOf(id) })));
  }

  private async textOf(id: string): Promise<string | null> {
    try {
      const { text } = await this.messages.execute(id, undefined);
      return text === null ? null : firstWords(text);
    } catch (error) {
      if (error instanceof UndecodableEvent || isUnknown(error)) return null;
      throw error;
    }
  }
}

const isUnknown = (error: unknown): boolean =>
  error instanceof ApplicationError && error.code === 'message-not-found';

/** Ends between two words where there are any, and never inside a letter. */
export function firstWords(text: string): string {
  if (text.length <= CHARACTERS_MAX) return text;
  let cut = '';
  let characters = 0;
  const letters = new Intl.Segmenter('en', { granularity: 'grapheme' });
  for (const { segment } of letters.segment(text)) {
    if (++characters > CHARACTERS_MAX) {
      const words = cut.replace(/\s+\S*$/u, '');
      return `${words === '' ? cut : words}…`;
    }
    cut += segment;
  }
  return text;
}
