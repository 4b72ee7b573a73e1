import type { Cell } from './table.js';

/** Numbers combinations of texts, from 1, in the order of first sight. */
export class Dictionary {
  private readonly ids = new Map<string, number>();
  private readonly fresh: (readonly Cell[])[] = [];
  private next = 1;

  /** Adds a combination that the copy already holds. */
  load(id: number, combination: readonly Cell[]): void {
    this.ids.set(textOf(combination), id);
    this.next = Math.max(this.next, id + 1);
  }

  idOf(combination: readonly Cell[]): number {
    const text = textOf(combination);
    let id = this.ids.get(text);
    if (id === undefined) {
      id = this.next++;
      this.ids.set(text, id);
      this.fresh.push([id, ...combination]);
    }
    return id;
  }

  /** Returns the rows that are not in the copy yet: id first. */
  takeFresh(): readonly (readonly Cell[])[] {
    return this.fresh.splice(0);
  }

  clear(): void {
    this.ids.clear();
    this.fresh.length = 0;
    this.next = 1;
  }
}

const textOf = (combination: readonly Cell[]): string => combination.join('\u0000');
