import { explainDeliveryError } from '../../../../src/domain/delivery-errors/catalogue.js';

/** Codes that Waybill gives where Vonage or a server gave none, by their beginnings. Those of reports are numbers. */
const ownCodes: readonly (readonly [RegExp, string])[] = [
  [/^not-connected$/, 'Vonage was not reached'],
  [/^not-called$/, 'No call was made'],
  // A proxy or Vonage may have handed it on before it gave up.
  [/^http-(?:408|5\d\d)$/, 'Vonage may have taken it'],
  [/^http-/, 'Vonage did not take it'],
  [/-not-set-up$/, 'Channel not set up'],
  [/^(?:smtp|push)-not-connected$/, 'Server was not reached'],
  [/^smtp-/, 'Mail server did not take it'],
  [/^(?:push|fcm|webpush)-/, 'Push service did not take it'],
];

/** The title of an error code. */
export const titleOf = (code: string): string =>
  ownCodes.find(([form]) => form.test(code))?.[1] ?? explainDeliveryError(code, 'rejected').title;
