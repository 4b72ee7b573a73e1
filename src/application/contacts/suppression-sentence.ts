import type { Consent } from '../../domain/contacts/contact.js';

/** A sentence for a person: who said that nothing may be sent, and when. */
export function sentenceFor({ state, source, keyword, errorCode, since }: Consent): string {
  if (state === 'barred') {
    return `Vonage or the carrier delivers nothing to the recipient (error ${errorCode}, ${since}).`;
  }
  switch (source) {
    case 'keyword':
      return `The recipient has opted out by the word ${keyword} (${since}).`;
    case 'error':
      return `The recipient has opted out, as the delivery error ${errorCode} says (${since}).`;
    case 'operator':
    case 'api':
      return `The recipient has opted out, as it was recorded here (${since}).`;
  }
}
