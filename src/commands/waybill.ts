import { VERSION } from '../version.js';
import { calledBy } from './called-by.js';
import { outliveOutput } from './output.js';

interface Command {
  readonly does: string;
  /** Importing the module runs the command. */
  readonly run: () => Promise<unknown>;
}

/** Every command by its name, in the order of the help. */
const rooms: Readonly<Record<string, Readonly<Record<string, Command>>>> = {
  'One message': {
    send: {
      does: 'sends a message and follows it to its end',
      run: () => import('./message/send.js'),
    },
    preview: {
      does: 'says everything that would be true of a message, without sending it',
      run: () => import('./message/preview.js'),
    },
    follow: {
      does: 'prints each status of a message until the last one',
      run: () => import('./message/follow.js'),
    },
    replay: {
      does: 'prints everything that happened to a message, and what it changed',
      run: () => import('./message/replay.js'),
    },
    cancel: {
      does: 'withdraws a message that has not been sent yet',
      run: () => import('./message/cancel.js'),
    },
    resolve: {
      does: 'decides about a message of unknown outcome',
      run: () => import('./message/resolve.js'),
    },
    resend: {
      does: 'sends a message that is over again',
      run: () => import('./message/resend.js'),
    },
  },
  'Many messages': {
    search: { does: 'finds messages', run: () => import('./message/search.js') },
    report: {
      does: 'prints shares delivered, times and costs',
      run: () => import('./operation/report.js'),
    },
  },
  Operation: {
    hold: { does: 'holds sending', run: () => import('./operation/hold.js') },
    release: {
      does: 'lets a held service send again',
      run: () => import('./operation/resume.js'),
    },
    resume: {
      does: 'the same; says what becomes of what waited in a restored ledger',
      run: () => import('./operation/resume.js'),
    },
    doctor: {
      does: 'checks DATA_DIR, the databases, the account at Vonage, and whether webhooks arrive',
      run: () => import('./operation/doctor.js'),
    },
    keys: { does: 'creates, lists and revokes API keys', run: () => import('./operation/keys.js') },
    erase: {
      does: 'erases a person, and prints the certificate',
      run: () => import('./operation/erase.js'),
    },
  },
  'The ledger': {
    backup: { does: 'copies the ledger', run: () => import('./ledger/backup.js') },
    verify: {
      does: 'proves that the ledger is the one that was signed',
      run: () => import('./ledger/verify.js'),
    },
    reconcile: {
      does: "compares the ledger with Vonage's own records",
      run: () => import('./ledger/reconcile.js'),
    },
    rebuild: {
      does: 'builds read models anew from the ledger',
      run: () => import('./ledger/rebuild.js'),
    },
    'accept-key-store': {
      does: 'lets a ledger go on whose key store is lost for good',
      run: () => import('./ledger/accept-key-store.js'),
    },
    'migrate-ledger': {
      does: 'copies a ledger into another store',
      run: () => import('./ledger/migrate-ledger.js'),
    },
  },
};

const commands = new Map(Object.values(rooms).flatMap((room) => Object.entries(room)));
const nameCharacters = Math.max(...[...commands.keys()].map((name) => name.length));

const HELP = `Waybill sends SMS through the Vonage Messages API and knows what became of every message.

  waybill COMMAND [options]
  waybill COMMAND --help

${Object.entries(rooms)
  .map(([room, those]) => {
    const lines = Object.entries(those).map(
      ([name, { does }]) => `  ${name.padEnd(nameCharacters)}  ${does}`,
    );
    return `${room}\n${lines.join('\n')}`;
  })
  .join('\n\n')}

Commands that ask a running service say where it is by WAYBILL_URL (this machine, PORT or 3000) and WAYBILL_API_KEY.
Each prints its facts as JSON with --json, and progress and faults on stderr.

Exit code: 0 done, 1 refused or failed, 2 wrong usage, 3 the message failed or would be refused,
or records differ.
`;

outliveOutput();
const [first = '--help', second] = process.argv.slice(2);
const name = first === 'help' ? (second ?? '--help') : first;
// `waybill help send` asks for what `waybill send --help` tells.
if (first === 'help') process.argv.splice(2, process.argv.length, name, '--help');
const command = commands.get(name);
if (command !== undefined) {
  process.argv.splice(2, 1);
  Object.assign(calledBy, { program: 'waybill', command: name });
  await command.run();
} else if (name === '--help' || name === '-h') {
  process.stdout.write(HELP);
} else if (name === '--version') {
  process.stdout.write(`${VERSION}\n`);
} else {
  process.stderr.write(`There is no command ${name}.\n\n${HELP}`);
  process.exitCode = 2;
}
