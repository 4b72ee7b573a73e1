import type { Print } from './command.js';

const GAP = '  ';

/** Prints rows under their headings, each column as wide as its longest cell. */
export function printTable(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  print: Print,
): void {
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  for (const row of [headings, ...rows]) {
    const cells = row.map((cell, column) => cell.padEnd(widths[column] ?? 0));
    print(cells.join(GAP).trimEnd());
  }
}
