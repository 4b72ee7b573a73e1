/**
 * The meaning of `err-code` in a receipt of the older SMS API. Waybill does not apply such receipts, because they
 * arrive only while the account's default SMS setting is wrong; the table lets it name their meaning. Source: Vonage's
 * guide to delivery receipts of the SMS API.
 */
const meanings: Readonly<Record<string, string>> = {
  0: 'delivered',
  1: 'failed for an unknown reason',
  2: 'phone out of reach for now',
  3: 'number no longer in use',
  4: 'barred by the recipient',
  5: 'number was moved to another carrier and left broken',
  6: 'taken for spam',
  7: 'phone busy',
  8: 'network failure',
  9: 'recipient has opted out',
  10: 'message not valid',
  11: 'no route to the number',
  12: 'destination not reachable',
  13: 'blocked because of the age of the subscriber',
  14: 'blocked by the carrier',
  15: 'prepaid card of the recipient is out of credit',
  50: 'entity registration missing or wrong',
  51: 'sender registration missing or wrong',
  52: 'content registration missing or wrong',
  53: 'consent not registered',
  54: 'rules of the destination country not met',
  99: 'failed, with no better word for it',
};

export const legacyErrorCodes: readonly string[] = Object.keys(meanings);

/** Explains the code of an older receipt in a few words. */
export function explainLegacyErrorCode(code: string): string {
  return Object.hasOwn(meanings, code) ? (meanings[code] ?? '') : 'a code that is not in the list';
}
