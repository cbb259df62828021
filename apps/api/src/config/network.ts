import { isIP, isIPv4 } from 'node:net';
import ipaddr from 'ipaddr.js';
import proxyAddr from 'proxy-addr';

/**
 * Which proxies are believed what they say of a caller, as Express has it: a number of hops, or addresses, ranges in
 * CIDR notation and the names `loopback`, `linklocal` and `uniquelocal`.
 */
export type TrustedProxies = number | readonly string[];

const HOST_NAME =
  /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/i;
const PORT = /:(?<port>\d{1,5})$/;
const MOST_HOPS = 10;

/** Whether only this machine reaches what listens there. */
export function isLoopback(host: string): boolean {
  return (
    host === '::1' ||
    host.toLowerCase() === 'localhost' ||
    (isIPv4(host) && host.startsWith('127.'))
  );
}

/** Whether the form of a value is that of an address to listen on. */
export function isListenAddress(value: unknown): boolean {
  return typeof value === 'string' && (isIP(value) !== 0 || HOST_NAME.test(value));
}

/** The entries of a list with commas, in lower case. */
export function readList(text: string): string[] {
  return text
    .split(',')
    .map((entry) => entry.trim().toLowerCase())
    .filter((entry) => entry !== '');
}

/** Whether each entry is what a `Host` header can say: a name or an address (`[…]` for IPv6), with or without a port. */
export function isHostList(value: unknown): boolean {
  return typeof value === 'string' && readList(value).every(isHost);
}

function isHost(entry: string): boolean {
  const port = PORT.exec(entry)?.groups?.['port'];
  const host = entry.replace(PORT, '');
  if (port !== undefined && Number(port) > 65_535) return false;
  const bracketed = /^\[(?<address>.+)\]$/.exec(host)?.groups?.['address'];
  return bracketed === undefined ? HOST_NAME.test(host) : isIP(bracketed) === 6;
}

/** Whether an entry of {@link isHostList} names this machine itself. */
export function isLoopbackHost(entry: string): boolean {
  return isLoopback(entry.replace(PORT, '').replace(/^\[(?<address>.+)\]$/, '$<address>'));
}

/** The proxies that a text writes; null for one that can't be read. */
export function readTrustedProxies(text: string): TrustedProxies | null {
  if (/^\d+$/.test(text)) {
    const hops = Number(text);
    return hops <= MOST_HOPS ? hops : null;
  }
  const list = readList(text);
  try {
    proxyAddr.compile(list);
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
  return list;
}

/** What is given out to be reached from everywhere (IANA): whatever else looks like an address of IPv6 is not. */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');
/** What stands for an address of IPv4 in a network that has none (RFC 6052): its last four bytes. */
const NAT64 = ipaddr.IPv6.parseCIDR('64:ff9b::/96');

/**
 * Whether an IP address is one that all the world reaches: not of a private network, of this machine, of a link, for
 * many at once, or for documentation. One of IPv6 that stands for one of IPv4 is what that is.
 * @throws {Error} if it is no IP address
 */
export function isPublicAddress(text: string): boolean {
  const address = ipaddr.parse(text);
  if (address instanceof ipaddr.IPv4) return address.range() === 'unicast';
  if (address.isIPv4MappedAddress()) return address.toIPv4Address().range() === 'unicast';
  if (address.match(NAT64)) {
    return new ipaddr.IPv4(address.toByteArray().slice(-4)).range() === 'unicast';
  }
  return address.range() === 'unicast' && address.match(GLOBAL_UNICAST);
}
