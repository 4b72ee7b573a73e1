import { backUpDatabase } from '../../files/back-up-database.js';
import { deliveriesFile } from './sqlite-sql.js';

/**
 * Copies how far the outgoing webhooks are beside the copy of a ledger. Without it, a restored service would post all again that
 * each receiver has had since its endpoint was made.
 * @returns the file of the copy; undefined where there is none to copy
 */
export const backUpDeliveries = (directory: string, target: string): Promise<string | undefined> =>
  backUpDatabase(deliveriesFile(directory), deliveriesFile(target));
