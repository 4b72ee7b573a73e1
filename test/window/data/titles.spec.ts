import { titleOf } from '../../../packages/window/src/data/titles.js';

it.each([
  ['1010', 'Parameter missing'],
  ['9999', 'Unknown error code'],
  ['http-422', 'Vonage did not take it'],
  ['http-408', 'Vonage may have taken it'],
  ['http-503', 'Vonage may have taken it'],
  ['not-called', 'No call was made'],
  ['not-connected', 'Vonage was not reached'],
  ['smtp-not-connected', 'Server was not reached'],
  ['smtp-550', 'Mail server did not take it'],
  ['fcm-UNREGISTERED', 'Push service did not take it'],
  ['webpush-410', 'Push service did not take it'],
  ['email-not-set-up', 'Channel not set up'],
])('says what %s is: %s', (code, title) => {
  expect(titleOf(code)).toBe(title);
});
