import { isIP, isIPv4 } from 'node:net';
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

/** Whether one can listen there, as far as its form tells. */
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
