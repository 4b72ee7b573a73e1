import { ProjectorUnavailable } from '../../../application/errors.js';

/** A file of the read models is damaged. It is made anew from the ledger, so the same call succeeds later. */
export class ReadModelDamaged extends ProjectorUnavailable {
  constructor(readonly reason: string) {
    super(`a file of the read models is damaged (${reason})`);
  }
}

/** What is damaged: a copy by its name, or the catalog. */
export type DamagedPart = { readonly copy: string } | 'catalog';

/** Of a database that keeps the catalog and each copy in a file, which a disk can damage. */
export interface ReadModelFiles {
  /** Calls each time damage is met in an open file. */
  onDamage(listener: (part: DamagedPart, reason: string) => void): void;
  /** Whether the file of a copy is gone, or empty. */
  isLost(copy: string): boolean;
  /** Whether the catalog that was opened last is another file than the one that is there now. */
  isCatalogReplaced(): boolean;
  dropCatalog(): void;
}
