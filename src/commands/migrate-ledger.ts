import { runCommand } from '../adapters/cli/command.js';
import { MIGRATE_LEDGER_USAGE, migrateLedger } from '../adapters/cli/migrate-ledger.js';
import { openLedger } from '../adapters/event-store/event-store.module.js';
import { systemClock } from '../adapters/system/system-clock.js';
import { uuidIdentifiers } from '../adapters/system/uuid-identifiers.js';

await runCommand(MIGRATE_LEDGER_USAGE, migrateLedger(openLedger, uuidIdentifiers, systemClock));
