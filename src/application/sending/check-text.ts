import { SMS_TEXT_CHARACTERS_MAX } from '../../domain/segments.js';
import { isBlank } from '../../domain/written-text.js';
import type { Fault } from '../errors.js';

/** Longest text by channel, characters (Messages API 1.20.0, `text`, `maxLength`). Of e-mail and push they are ours: an encrypted push message has 4,096 bytes. */
const textCharactersMax: Readonly<Record<string, number>> = {
  sms: SMS_TEXT_CHARACTERS_MAX,
  mms: 1_000,
  rcs: 3_072,
  whatsapp: 4_096,
  viber_service: 1_000,
  messenger: 640,
  email: 4_096,
  push: 1_000,
};

export function checkText(text: string, channel: string, pointer: string, faults: Fault[]): void {
  const charactersMax = textCharactersMax[channel] ?? 0;
  const name = pointer.slice(1);
  if (isBlank(text)) faults.push({ pointer, detail: `${name} is empty` });
  if (text.length > charactersMax) {
    faults.push({
      pointer,
      detail: `${name} has ${text.length} characters; ${channel} takes at most ${charactersMax}`,
    });
  }
}
