import ipaddr from 'ipaddr.js';

/** Azure's wire server: an ordinary public address for every library. */
const AZURE_WIRE_SERVER = '168.63.129.16';

/**
 * True for an address that a webhook must never reach: this machine, a private network, a metadata service, and every
 * form that leads there. Only global unicast addresses of IPv4 and of IPv6's 2000::/3 are allowed.
 */
export function isForbiddenAddress(address: string): boolean {
  if (!ipaddr.isValid(address) || address.includes('%')) return true;
  const parsed = ipaddr.parse(address);
  // The library knows IPv4 in IPv6, 6to4, Teredo and NAT64 as ranges of their own.
  if (parsed.range() !== 'unicast') return true;
  if (parsed.kind() === 'ipv6') return (parsed.toByteArray()[0] ?? 0) >> 5 !== 0b001;
  return parsed.toString() === AZURE_WIRE_SERVER;
}

/** The host of a URL as an address; undefined for a name. */
export function literalOf(hostname: string): string | undefined {
  const bare = hostname.replace(/^\[(.*)\]$/, '$1');
  return ipaddr.isValid(bare) ? bare : undefined;
}

const localNames = /(?:^|\.)(?:localhost|local|internal)\.?$/i;

/** True for a name that never is a public server's. */
export const isLocalName = (hostname: string): boolean =>
  localNames.test(hostname) || !hostname.replace(/\.$/, '').includes('.');
