import {
  explainLegacyErrorCode,
  legacyErrorCodes,
} from '../../../src/domain/delivery-errors/legacy-catalogue.js';

describe('the codes of the older SMS API', () => {
  it('are all listed', () => {
    const listed = '0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 50 51 52 53 54 99';
    expect(legacyErrorCodes).toEqual(listed.split(' '));
  });

  it('each have words of their own', () => {
    const words = legacyErrorCodes.map(explainLegacyErrorCode);
    expect(new Set(words).size).toBe(legacyErrorCodes.length);
    expect(words.filter((word) => word.length < 8)).toEqual([]);
    expect(explainLegacyErrorCode('0')).toBe('delivered');
  });

  it.each(['16', '', 'constructor'])('say so when %j is not one of them', (code) => {
    expect(explainLegacyErrorCode(code)).toBe('a code that is not in the list');
  });
});
