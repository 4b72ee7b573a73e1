import { closest, distance } from 'fastest-levenshtein';

/**
 * The most edits between a name and a setting, both without underscores: a letter twice, missing, wrong, or two of them
 * exchanged.
 */
const EDITS_MAX = 2;
/** The fewest letters per edit: short names are near to many others, such as PORT to HOST. */
const LETTERS_PER_EDIT_MIN = 5;

/** The setting that a variable's name was most likely meant to be, or undefined. */
export function meantBy(name: string, settings: readonly string[]): string | undefined {
  const plain = (text: string): string => text.toUpperCase().replaceAll('_', '');
  const bySpelling = new Map(settings.map((setting) => [plain(setting), setting]));
  const written = plain(name);
  const nearest = closest(written, [...bySpelling.keys()]);
  const edits = distance(written, nearest);
  const isNear = edits <= EDITS_MAX && edits * LETTERS_PER_EDIT_MIN <= written.length;
  return isNear ? bySpelling.get(nearest) : undefined;
}
