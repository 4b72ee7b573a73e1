import type { Print } from './command.js';
import { printableInLine } from './printable.js';

const GAP = '  ';

/** Prints rows under their headings, each column as wide as its longest cell. */
export function printTable(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  print: Print,
): void {
  const table = [headings, ...rows].map((row) => row.map(printableInLine));
  const widths = headings.map((_, column) =>
    Math.max(...table.map((row) => row[column]?.length ?? 0)),
  );
  for (const row of table) {
    const cells = row.map((cell, column) => cell.padEnd(widths[column] ?? 0));
    print(cells.join(GAP).trimEnd());
  }
}
