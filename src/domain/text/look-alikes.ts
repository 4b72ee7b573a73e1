/**
 * Characters outside the GSM-7 alphabet that word processors and phones put in place of a plain one, by what to
 * write instead. Sources: the General Punctuation and Spacing Modifier Letters charts of Unicode 15, and the table
 * of the MIT-licensed sms-segments-calculator 1.3.0 (`SmartEncodingMap`), which a test compares with this one.
 * Letters with accents are not here: without the accent they would be other words.
 */
const byPlain: Readonly<Record<string, string>> = {
  "'": '\u2018\u2019\u201b\u02b9\u02bb\u02bc\u02bd\u02c8\u02ca\u02cb\u00b4\u0060\u275b\u275c\u2032',
  '"': '\u201c\u201d\u201e\u201f\u00ab\u00bb\u02ba\u02ee\u275d\u275e\u301d\u301e\u2033',
  ',': '\u201a\u3001',
  '-': '\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\u2022',
  '.': '\u3002',
  '...': '\u2026',
  '/': '\u2044\u2215\u00f7',
  '*': '\u2217\u204e',
  '<': '\u2039',
  '>': '\u203a',
  '|': '\u2223',
  '~': '\u02dc\u223c',
  '^': '\u02c6',
  _: '\u2017',
  '!!': '\u203c',
  '1/4': '\u00bc',
  '1/2': '\u00bd',
  '3/4': '\u00be',
  ' ': '\u0009\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000',
  '\n': '\u0085\u2028\u2029',
};

/** The replacement for each character. */
export const lookAlikes: ReadonlyMap<string, string> = new Map(
  Object.entries(byPlain).flatMap(([plain, characters]) =>
    Array.from(characters, (character): [string, string] => [character, plain]),
  ),
);
