import { isIP, isIPv4 } from 'node:net';
import ipaddr from 'ipaddr.js';
import proxyAddr from 'proxy-addr';

/**
 * The trusted proxies, as in Express: a number of hops, or addresses, ranges in
 * CIDR notation and the names `loopback`, `linklocal` and `uniquelocal`.
 */
export type TrustedProxies = number | readonly string[];

const HOST_NAME =
  /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/i;
const PORT = /:(?<port>\d{1,5})$/;
const MOST_HOPS = 10;

/** Whether a host is reachable only from this machine. */
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

/** Whether each entry is valid in a `Host` header: a name or an address (`[…]` for IPv6), with or without a port. */
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

/** Parses a list of proxies; null for an invalid one. */
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

/** The globally reachable addresses of IPv6 (IANA). */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');
/** Addresses of IPv6 that stand for an address of IPv4 in their last four bytes (RFC 6052). */
const NAT64 = ipaddr.IPv6.parseCIDR('64:ff9b::/96');

/** Microsoft Azure answers there, to its virtual machines only: their settings and, with them, their secrets. */
const AZURE_HOST = '168.63.129.16';

function isPublicIpv4(address: ipaddr.IPv4): boolean {
  return address.range() === 'unicast' && address.toString() !== AZURE_HOST;
}

/**
 * Whether an IP address is publicly reachable: not private, loopback, link-local, multicast or for documentation. An
 * address of IPv6 that stands for one of IPv4 is judged as that.
 * @throws {Error} if it is no IP address
 */
export function isPublicAddress(text: string): boolean {
  const address = ipaddr.parse(text);
  if (address instanceof ipaddr.IPv4) return isPublicIpv4(address);
  if (address.isIPv4MappedAddress()) return isPublicIpv4(address.toIPv4Address());
  if (address.match(NAT64)) return isPublicIpv4(new ipaddr.IPv4(address.toByteArray().slice(-4)));
  return address.range() === 'unicast' && address.match(GLOBAL_UNICAST);
}

/** A provider gives each customer at least a network of this length (RFC 6177), whose addresses the customer chooses. */
const CUSTOMER_BITS = 64;

/**
 * What one caller can call from: an address of IPv4, or the /64 network of an address of IPv6. A text that is no address
 * stays as it is.
 */
export function callerNetwork(text: string): string {
  // The usual case, for thousands of polls a second.
  if (!text.includes(':') || !ipaddr.IPv6.isValid(text)) return text;
  const address = ipaddr.IPv6.parse(text);
  if (address.isIPv4MappedAddress()) return address.toIPv4Address().toString();
  const { parts } = address;
  const network = parts.slice(0, CUSTOMER_BITS / 16).map((part) => part.toString(16));
  return `${network.join(':')}::/${CUSTOMER_BITS}`;
}
