/**
 * Settings whose client defaults would make a caller wait longer than a webhook may take. The connection string's own
 * settings take precedence.
 */
const DEFAULTS: readonly (readonly [name: string, value: string])[] = [
  ['connectionName', 'waybill'],
  ['gossipTimeout', '1'],
  ['maxDiscoverAttempts', '3'],
];

const KEEP_ALIVE_TIMEOUT = 'keepAliveTimeout';
const KEEP_ALIVE_TIMEOUT_MS_DEFAULT = 10_000;
const SERIALS = 1_000;

/**
 * Returns the connection string of our connection number `serial`.
 *
 * gRPC shares one TCP connection, and one growing reconnect back-off, between all channels of a process with equal
 * settings. A connection that replaces a dead one must not inherit either, so each has a keep-alive timeout of its
 * own, longer than the configured one by less than a second.
 *
 * @throws RangeError for a string that cannot work, without its user name and password
 */
export function connectionString(url: string, serial: number): string {
  const queryStart = url.indexOf('?');
  const hosts = queryStart < 0 ? url : url.slice(0, queryStart);
  const settings = new Map(DEFAULTS.map(([name, value]) => [flat(name), { name, value }]));
  for (const pair of queryStart < 0 ? [] : url.slice(queryStart + 1).split('&')) {
    const [name = '', value = ''] = pair.split('=', 2);
    if (name !== '') settings.set(flat(name), { name, value });
  }

  const preference = settings.get(flat('nodePreference'))?.value;
  if (preference !== undefined && flat(preference) !== 'leader') {
    throw new RangeError(
      'the connection string must leave nodePreference at leader: only the leader shows what was just written',
    );
  }

  const keepAliveTimeoutMs = Number(settings.get(flat(KEEP_ALIVE_TIMEOUT))?.value);
  settings.set(flat(KEEP_ALIVE_TIMEOUT), {
    name: KEEP_ALIVE_TIMEOUT,
    value: String(
      (keepAliveTimeoutMs > 0 ? keepAliveTimeoutMs : KEEP_ALIVE_TIMEOUT_MS_DEFAULT) +
        (serial % SERIALS),
    ),
  });
  const query = [...settings.values()].map(({ name, value }) => `${name}=${value}`).join('&');
  return `${hosts}?${query}`;
}

/** The client treats `tlsCAFile`, `tls_ca_file` and `TLS-CA-FILE` as the same setting. */
const flat = (name: string): string => name.trim().toLowerCase().replaceAll(/[_-]/g, '');
