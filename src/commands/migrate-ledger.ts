import { runCommand } from '../adapters/cli/command.js';
import { MIGRATE_LEDGER_USAGE, migrateLedger } from '../adapters/cli/migrate-ledger.js';
import { openLedger } from '../adapters/event-store/event-store.module.js';

await runCommand(MIGRATE_LEDGER_USAGE, migrateLedger(openLedger));
