import { ProjectorUnavailable } from '../../../application/errors.js';

/** A file of the read models is damaged. It is rebuilt from the ledger, so the same call succeeds later. */
export class ReadModelDamaged extends ProjectorUnavailable {
  constructor(readonly reason: string) {
    super(`a file of the read models is damaged (${reason})`);
  }
}

/** The damaged part: a copy by its name, or the catalog. */
export type DamagedPart = { readonly copy: string } | 'catalog';

/** A database that keeps the catalog and each copy in a file, which a disk can damage. */
export interface ReadModelFiles {
  /** Calls the listener each time damage is found in an open file. */
  onDamage(listener: (part: DamagedPart, reason: string) => void): void;
  /** True when the file of a copy is missing or empty. */
  isLost(copy: string): boolean;
  /** True when the catalog's file is no longer the one that was opened last. */
  isCatalogReplaced(): boolean;
  dropCatalog(): void;
}
