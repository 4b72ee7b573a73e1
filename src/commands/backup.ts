import { backup, BACKUP_USAGE } from '../adapters/cli/backup.js';
import { runCommand } from '../adapters/cli/command.js';
import { backUpLedger } from '../adapters/event-store/sqlite/back-up-ledger.js';

await runCommand(BACKUP_USAGE, backup(backUpLedger));
