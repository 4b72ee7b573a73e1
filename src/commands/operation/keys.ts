import { createApiKey, parseScopes } from '../../application/access/api-keys.js';
import type { KeyView } from '../../application/access/manage-keys.js';
import { isKeyName, KEY_NAME_FORM, scopes, type Scope } from '../../domain/keys/key-scopes.js';
import {
  argumentsOf,
  checkUsage,
  flag,
  json,
  option,
  runCommand,
  UsageError,
  type Print,
} from '../command.js';
import { toldBy, type Told } from '../told.js';
import { ServiceClient } from '../service-client.js';

const USAGE = `Creates, lists and revokes API keys, and rotates the master key. An API key is shown once; only its hash is kept.

  npm run keys -- create NAME SCOPES [--json]
      prints a key and the line for API_KEYS; needs no running service
  npm run keys -- create NAME SCOPES --service [--expires-at TIME] [--requests-per-second N]
      makes a key in the running service; it works at once
  npm run keys -- list
      the keys of the running service, and when they were used last
  npm run keys -- revoke NAME
      the running service refuses the key from now on; its name stays taken
  npm run keys -- rotate-master [--finish]
      wraps the keys of personal fields with a new master key; the service may run: docs/erasure.md

  NAME    letters, digits and _ . -, 64 at most, but not . or .. alone; it stands in the ledger beside what the key did
  SCOPES  one or more of ${scopes.join(', ')}, joined by + or ,
  TIME    ISO 8601 with a zone, for example 2030-01-31T09:30:00Z
  --json  prints the answer as one JSON document, with each of these commands

WAYBILL_URL and WAYBILL_API_KEY say where the service is and with which key to ask; it needs the scope admin.
Exit code: 0 done, 1 the service refused or did not answer, 2 wrong usage.
`;

const options = {
  json,
  service: flag,
  finish: flag,
  'expires-at': option,
  'requests-per-second': option,
} as const;

async function keys(args: readonly string[], print: Print): Promise<number> {
  const {
    positionals: [verb, ...words],
    values: { json: isJson, ...values },
  } = argumentsOf(args, options);
  const told = toldBy(print, isJson);
  const { finish, ...ofService } = values;
  if (verb === 'rotate-master' && words.length === 0 && Object.keys(ofService).length === 0) {
    const { rotateMasterKey } = await import('../rotate-master-key.js');
    return rotateMasterKey(finish === true, told);
  }
  const isForService = Object.keys(values).length > 0;
  if (verb === 'create' && words.length === 2) {
    const wish = readWish(words, values['requests-per-second']);
    if (values.service === true) return createInService(wish, readLimits(values), told);
    if (isForService) throw new UsageError('Only --service takes further options.');
    return createForConfiguration(wish, told);
  }
  if (verb === 'list' && words.length === 0 && !isForService) return list(told);
  if (verb === 'revoke' && words.length === 1 && !isForService) return revoke(words[0] ?? '', told);
  throw new UsageError(
    'Say create, a name and its scopes; or list; or revoke and a name; or rotate-master.',
  );
}

interface Wish {
  readonly name: string;
  readonly scopes: readonly Scope[];
}

const RATE = /^[1-9]\d{0,8}$/;

/** @throws UsageError */
function readWish([name = '', scopeText = '']: readonly string[], rate: string | undefined): Wish {
  const wanted = parseScopes(scopeText);
  checkUsage(
    !isKeyName(name) && `NAME must be ${KEY_NAME_FORM}.`,
    wanted === undefined && `SCOPES must be of ${scopes.join(', ')}, joined by + or ,`,
    rate !== undefined &&
      !RATE.test(rate) &&
      '--requests-per-second must be a whole number from 1.',
  );
  return { name, scopes: wanted ?? [] };
}

function readLimits(values: {
  readonly 'expires-at'?: string;
  readonly 'requests-per-second'?: string;
}): object {
  const { 'expires-at': expiresAt, 'requests-per-second': rate } = values;
  return {
    ...(expiresAt === undefined ? {} : { expiresAt }),
    ...(rate === undefined ? {} : { limits: { requestsPerSecond: Number(rate) } }),
  };
}

async function createForConfiguration({ name, scopes: wanted }: Wish, told: Told): Promise<number> {
  const { key, configured } = createApiKey(name, wanted);
  told.words(`The key, shown only now:\n\n  ${key}\n`);
  told.words(`Add this to API_KEYS (several are separated by commas):\n\n  API_KEYS=${configured}`);
  told.facts({ name, scopes: wanted, key, configured });
  return 0;
}

const client = (): ServiceClient => ServiceClient.fromEnvironment(process.env);

async function createInService(wish: Wish, limits: object, told: Told): Promise<number> {
  const created = await client().createKey({ ...wish, ...limits });
  const { key } = created;
  told.words(`The key, shown only now:\n\n  ${key}\n`);
  told.words('It works at once. Nothing has to be configured.');
  told.facts(created);
  return 0;
}

async function list(told: Told): Promise<number> {
  const items: KeyView[] = [];
  for await (const key of client().keys()) {
    told.words(lineOf(key));
    items.push(key);
  }
  if (items.length === 0) {
    told.words('There are no API keys: who reaches the service may use all of it.');
  }
  told.facts({ items });
  return 0;
}

async function revoke(name: string, told: Told): Promise<number> {
  const revoked = await client().revokeKey(name);
  told.words(`${name} is revoked since ${revoked.revokedAt}.`);
  told.facts(revoked);
  return 0;
}

const lineOf = ({ name, state, scopes: allowed, expiresAt, lastUsedAt }: KeyView): string => {
  const facts = [
    allowed.join('+'),
    ...(expiresAt === null ? [] : [`expires ${expiresAt}`]),
    lastUsedAt === null ? 'not used' : `last used ${lastUsedAt}`,
  ];
  return `${state.padEnd('replaced'.length)}  ${name}  ${facts.join(', ')}`;
};

await runCommand(USAGE, keys);
