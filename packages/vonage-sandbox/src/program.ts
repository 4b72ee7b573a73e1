import packageFile from '../package.json' with { type: 'json' };
import { createSandboxCredentials, type SandboxCredentials } from './credentials.js';
import { envValueOf } from './env-value.js';
import { startSandbox, type Sandbox } from './sandbox.js';
import { helpText, readCommand, type SandboxSettings } from './settings.js';

const PORT = 4010;
const SERVICE_URL = 'http://127.0.0.1:3000';

export interface Program {
  readonly exitCode: number;
  /** Null when the program only printed something. */
  readonly sandbox: Sandbox | null;
}

/** The streams that the program writes to. A user may redirect its output to an `.env` file, so errors go to stderr. */
export interface Output {
  readonly say: (text: string) => void;
  readonly complain: (text: string) => void;
}

/** Runs the sandbox as a program. */
export async function runProgram(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  output: Output,
): Promise<Program> {
  const command = readCommand(args, environment);
  switch (command.kind) {
    case 'help':
      output.say(helpText());
      return { exitCode: 0, sandbox: null };
    case 'version':
      output.say(packageFile.version);
      return { exitCode: 0, sandbox: null };
    case 'mistaken':
      output.complain(`Settings: ${command.mistakes.join('; ').replace(/\.$/, '')}. See --help.`);
      return { exitCode: 2, sandbox: null };
    case 'start':
      return start(command.settings, output);
  }
}

async function start(given: SandboxSettings, { say, complain }: Output): Promise<Program> {
  const credentials = { ...(await createSandboxCredentials()), ...given };
  try {
    const sandbox = await startSandbox({
      port: PORT,
      statusUrl: `${SERVICE_URL}/webhooks/status`,
      inboundUrl: `${SERVICE_URL}/webhooks/inbound`,
      ...credentials,
    });
    say(introduction(sandbox, credentials, given.publicKey === undefined));
    return { exitCode: 0, sandbox };
  } catch (error) {
    complain(`The sandbox cannot start: ${error instanceof Error ? error.message : String(error)}`);
    return { exitCode: 1, sandbox: null };
  }
}

/** Writes comments and settings only, so that the text is valid as an .env file. */
function introduction(
  sandbox: Sandbox,
  credentials: SandboxCredentials,
  hasPrivateKey: boolean,
): string {
  const privateKey = hasPrivateKey
    ? `VONAGE_PRIVATE_KEY="${credentials.privateKey.trim().replaceAll('\n', '\\n')}"`
    : '# VONAGE_PRIVATE_KEY belongs to the public key that you gave.';
  return `# This is a stand-in for Vonage. Nothing that is sent to it reaches a phone.
# It listens at ${sandbox.url}; ${sandbox.url}/sandbox lists what it can do.
# Seed ${sandbox.seed}
# With these lines in its environment a service talks to the sandbox. All of it is fake.
VONAGE_API_HOST=${sandbox.url}
VONAGE_API_KEY=${envValueOf(credentials.apiKey)}
VONAGE_API_SECRET=${envValueOf(credentials.apiSecret)}
VONAGE_APPLICATION_ID=${envValueOf(credentials.applicationId)}
${privateKey}
VONAGE_SIGNATURE_SECRET=${envValueOf(credentials.signatureSecret)}
VONAGE_NUMBER=447700900000`;
}
