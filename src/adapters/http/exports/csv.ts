/** A spreadsheet takes a cell with such a start for a formula, and may run it. */
const FORMULA_START = /^[\s]*[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/;
/**
 * In countries with a decimal comma, spreadsheets separate cells by semicolons, tabs and line breaks. They ignore quotes in the
 * middle of such a cell, so a formula may begin there.
 */
const LATER_FORMULA_START = /([;\t\r\n])(?=["\p{Zs}]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20])/gu;
/** A negative number, such as a price, is no formula. */
const NUMBER = /^-\d+(?:\.\d+)?$/;
const NEEDS_QUOTES = /[",\r\n]|^\s|\s$/;

export type CsvCell = string | number | boolean | null;

/**
 * Writes one line of CSV (RFC 4180). Texts that a spreadsheet would run get an apostrophe in front, as OWASP
 * recommends, because senders and references are free text of other people.
 */
export const csvLine = (cells: readonly CsvCell[]): string => `${cells.map(csvCell).join(',')}\r\n`;

function csvCell(cell: CsvCell): string {
  if (cell === null) return '';
  if (typeof cell !== 'string' || NUMBER.test(cell)) return String(cell);
  const parts = cell.replace(LATER_FORMULA_START, "$1'");
  const safe = FORMULA_START.test(cell) ? `'${parts}` : parts;
  return NEEDS_QUOTES.test(safe) || safe !== cell ? `"${safe.replaceAll('"', '""')}"` : safe;
}
