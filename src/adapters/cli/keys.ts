import { createApiKey, parseScopes } from '../../application/access/api-keys.js';
import { isKeyName, scopes } from '../../domain/keys/key-scopes.js';
import { runCommand, UsageError, type Print } from './command.js';

const USAGE = `Creates an API key. The key is shown once; only its hash is configured.

  npm run keys -- create NAME SCOPES

  NAME    letters, digits and _ . -, 64 at most; it stands in the ledger beside what the key did
  SCOPES  one or more of ${scopes.join(', ')}, joined by + or ,
`;

async function keys(args: readonly string[], print: Print): Promise<number> {
  const [verb, name, scopeText, ...rest] = args;
  if (verb !== 'create' || name === undefined || scopeText === undefined || rest.length > 0) {
    throw new UsageError('Say create, a name and its scopes.');
  }
  if (!isKeyName(name)) throw new UsageError('NAME must be made of letters, digits and _ . -');
  const wanted = parseScopes(scopeText);
  if (wanted === undefined) throw new UsageError(`SCOPES must be of ${scopes.join(', ')}`);
  const { key, configured } = createApiKey(name, wanted);
  print(`The key, shown only now:\n\n  ${key}\n`);
  print(`Add this to API_KEYS (several are separated by commas):\n\n  API_KEYS=${configured}`);
  return 0;
}

await runCommand(USAGE, keys);
