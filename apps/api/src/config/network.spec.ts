import { describe, expect, it } from 'vitest';
import { callerNetwork, isPublicAddress, readList } from './network.js';

describe('readList', () => {
  it('leaves blanks and empty entries out', () => {
    expect(readList(' A.example , ,b.example:80,')).toEqual(['a.example', 'b.example:80']);
  });
});

describe('an address', () => {
  it.each([
    ...['8.8.8.8', '1.1.1.1', '172.15.255.255', '172.32.0.1', '100.63.255.255', '100.128.0.1'],
    ...['223.255.255.254', '168.63.129.17', '2606:4700:4700::1111', '2001:4860:4860::8888'],
    ...['::ffff:8.8.8.8', '64:ff9b::808:808'],
  ])('%s is public', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  it.each([
    ['this network', '0.0.0.0'],
    ['this network', '0.1.2.3'],
    ['private', '10.0.0.1'],
    ['private', '172.16.0.1'],
    ['private', '172.31.255.255'],
    ['private', '192.168.1.1'],
    ['shared by a provider', '100.64.0.1'],
    ['shared by a provider', '100.127.255.255'],
    ['this machine', '127.0.0.1'],
    ['this machine', '127.255.255.254'],
    ['a link, and the metadata of clouds', '169.254.169.254'],
    ['the host of Azure machines', '168.63.129.16'],
    ['the host of Azure machines, mapped', '::ffff:168.63.129.16'],
    ['the host of Azure machines, by NAT64', '64:ff9b::a83f:8110'],
    ['assigned by protocols', '192.0.0.1'],
    ['documentation', '192.0.2.1'],
    ['documentation', '198.51.100.1'],
    ['documentation', '203.0.113.1'],
    ['benchmarks', '198.18.0.1'],
    ['many at once', '224.0.0.1'],
    ['many at once', '239.255.255.250'],
    ['reserved', '240.0.0.1'],
    ['all at once', '255.255.255.255'],
    ['nowhere', '::'],
    ['this machine', '::1'],
    ['private, mapped', '::ffff:10.0.0.1'],
    ['this machine, mapped', '::ffff:7f00:1'],
    ['this machine, of old', '::127.0.0.1'],
    ['private, by NAT64', '64:ff9b::a00:1'],
    ['the metadata of clouds, by NAT64', '64:ff9b::a9fe:a9fe'],
    ['NAT64 of a network of its own', '64:ff9b:1::808:808'],
    ['private', 'fc00::1'],
    ['private', 'fd12:3456:789a::1'],
    ['a link', 'fe80::1'],
    ['a link, with its zone', 'fe80::1%eth0'],
    ['a site, of old', 'fec0::1'],
    ['many at once', 'ff02::1'],
    ['documentation', '2001:db8::1'],
    ['documentation', '3fff::1'],
    ['6to4, which may be anything', '2002:a00:1::1'],
    ['Teredo, which may be anything', '2001:0:a00:1::1'],
    ['unassigned', '4000::1'],
    ['discarded', '100::1'],
  ])('of %s is not: %s', (_what, address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  it('has to be one', () => {
    expect(() => isPublicAddress('example.com')).toThrow();
  });
});

describe('callerNetwork', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['2001:db8:a:b:1::1', '2001:db8:a:b::/64'],
    ['2001:DB8:A:B:FFFF:FFFF:FFFF:FFFF', '2001:db8:a:b::/64'],
    ['2001:db8:a:c::1', '2001:db8:a:c::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['unknown', 'unknown'],
    ['a:b', 'a:b'],
    ['', ''],
  ])('of %s is %s', (address, network) => {
    expect(callerNetwork(address)).toBe(network);
  });
});
