import type { OnDamage } from '../adapters/read-model/copies/catalog.js';
import type { Logger } from '../application/ports/logger.js';

export const logDamage =
  (logger: Logger): OnDamage =>
  (part, reason) =>
    logger.error(
      { part, reason },
      'A file of the read models is damaged or lost; it is made anew from the ledger.',
    );
