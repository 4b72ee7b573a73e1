export interface Segments {
  readonly encoding: 'GSM-7' | 'UCS-2';
  /** Each segment is billed. At least 1. */
  readonly count: number;
}

/** Vonage's limit for the text of an SMS: Messages API specification 1.20.0, `text`, `maxLength`. */
export const SMS_TEXT_CHARACTERS_MAX = 3200;

export type SegmentsResult =
  | { readonly ok: true; readonly segments: Segments }
  | { readonly ok: false; readonly reason: string };

/**
 * Counts the segments of a text. `auto` does what Vonage does: GSM-7 when every character is in its alphabet, otherwise
 * UCS-2. `text` forces GSM-7; a character outside its alphabet would be lost on the way, so that is a fault here
 * instead. `unicode` forces UCS-2.
 *
 * We wrote it ourselves, because a library that handles every edge case takes 1.5 ms for 160 characters and 38 ms for
 * 3,200; this takes microseconds, and its test compares it with that library.
 */
export function segmentsOf(text: string, encoding: 'auto' | 'text' | 'unicode'): SegmentsResult {
  if (encoding === 'unicode') return { ok: true, segments: ucs2(text) };
  const gsm7Count = gsm7SegmentCount(text);
  if (gsm7Count !== null) {
    return { ok: true, segments: { encoding: 'GSM-7', count: gsm7Count } };
  }
  if (encoding === 'auto') return { ok: true, segments: ucs2(text) };
  return { ok: false, reason: lossReason(text) };
}

/** Septets that fit when there is one segment, and when each needs a header to be put together again. */
const GSM7_SINGLE_SEPTETS = 160;
const GSM7_JOINED_SEPTETS = 153;
/** UTF-16 code units that fit: in one segment, and in each of several with a header. */
const UCS2_SINGLE_UNITS = 70;
const UCS2_JOINED_UNITS = 67;

const gsm7Basic =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?' +
  '¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';
/** Each takes an escape and a character, which must stay in the same segment. */
const gsm7Extension = '\f^{}\\[~]|€';

/** Septets by code unit; 0 where the character is not in the alphabet. The euro sign is the highest. */
const septetsByCodeUnit = new Uint8Array('€'.charCodeAt(0) + 1);
for (const character of gsm7Basic) septetsByCodeUnit[character.charCodeAt(0)] = 1;
for (const character of gsm7Extension) septetsByCodeUnit[character.charCodeAt(0)] = 2;

/** True when a character, given as one code point, is in the GSM-7 alphabet or its extension. */
export const isGsm7 = (character: string): boolean =>
  character.length === 1 && (septetsByCodeUnit[character.charCodeAt(0)] ?? 0) > 0;

/** Null when a character is outside the alphabet. */
function gsm7SegmentCount(text: string): number | null {
  let septets = 0;
  let joinedCount = 1;
  let joinedSeptets = 0;
  for (let index = 0; index < text.length; index++) {
    const width = septetsByCodeUnit[text.charCodeAt(index)] ?? 0;
    if (width === 0) return null;
    septets += width;
    if (joinedSeptets + width > GSM7_JOINED_SEPTETS) {
      joinedCount++;
      joinedSeptets = 0;
    }
    joinedSeptets += width;
  }
  return septets <= GSM7_SINGLE_SEPTETS ? 1 : joinedCount;
}

function ucs2(text: string): Segments {
  if (text.length <= UCS2_SINGLE_UNITS) return { encoding: 'UCS-2', count: 1 };
  let count = 1;
  let units = 0;
  for (let index = 0; index < text.length;) {
    const width = (text.codePointAt(index) ?? 0) > 0xffff ? 2 : 1;
    if (units + width > UCS2_JOINED_UNITS) {
      count++;
      units = 0;
    }
    units += width;
    index += width;
  }
  return { encoding: 'UCS-2', count };
}

const NAMED_CHARACTERS_MAX = 5;

function lossReason(text: string): string {
  const lost = new Set<string>();
  for (const character of text) {
    if (!isGsm7(character)) lost.add(character);
    if (lost.size > NAMED_CHARACTERS_MAX) break;
  }
  const named = [...lost].slice(0, NAMED_CHARACTERS_MAX).map((character) => `“${character}”`);
  const more = lost.size > NAMED_CHARACTERS_MAX ? ' and others' : '';
  return `cannot be sent with the encoding "text", because the GSM-7 alphabet lacks ${named.join(', ')}${more}: use "auto"`;
}
