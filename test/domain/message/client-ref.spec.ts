import * as fc from 'fast-check';
import {
  CLIENT_REF_ATTEMPT_MAX,
  clientRefOf,
  parseClientRef,
} from '../../../src/domain/message/client-ref.js';

const messageId = '0190a7d2-4b1c-7e3f-8a5b-0123456789ab';

describe('a client ref', () => {
  it('names message and attempt, in at most 40 characters', () => {
    const attempts = fc.integer({ min: 1, max: CLIENT_REF_ATTEMPT_MAX });
    fc.assert(
      fc.property(fc.uuid(), attempts, (id, attempt) => {
        const text = clientRefOf(id, attempt);
        expect(text.length).toBeLessThanOrEqual(40);
        expect(parseClientRef(text)).toEqual({ messageId: id, attempt });
      }),
    );
  });

  it.each([
    '',
    'my-personal-reference',
    messageId,
    `${messageId}.`,
    `${messageId}.0`,
    `${messageId}.01`,
    `${messageId}.1000`,
    `${messageId}.-1`,
    `${messageId}.1.1`,
    `${messageId}.1\n`,
    ` ${messageId}.1`,
    `${messageId.toUpperCase()}.1`,
    `${messageId.slice(1)}.1`,
  ])('is not ours when it is %j', (text) => {
    expect(parseClientRef(text)).toBeNull();
  });
});
