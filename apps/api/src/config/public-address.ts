import ipaddr from 'ipaddr.js';

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
