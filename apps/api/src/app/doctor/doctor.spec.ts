import { describe, expect, it } from 'vitest';
import { checkMemory } from './machine.js';
import { checkProxies } from './network.js';
import { checkNode } from './node-version.js';
import { findingLines, ok, problem, summaryOf, warning } from './finding.js';

const GIGABYTE = 1_073_741_824;

describe('the doctor', () => {
  it.each([
    ['24.0.0', 'ok'],
    ['26.1.0', 'ok'],
    ['22.21.1', 'problem'],
    ['9.0.0', 'problem'],
  ])('takes Node %s as %s', (version, state) => {
    expect(checkNode(version)).toMatchObject({ check: 'node', state });
  });

  it('says which limit of memory is too low', () => {
    expect(checkMemory(2 * GIGABYTE, 0)).toEqual([]);
    expect(checkMemory(2 * GIGABYTE, 4 * GIGABYTE)).toEqual([]);
    expect(checkMemory(0.2 * GIGABYTE, 0)).toMatchObject([
      { state: 'warning', text: expect.stringContaining('204 MB') as unknown },
    ]);
    expect(checkMemory(2 * GIGABYTE, 0.25 * GIGABYTE)).toMatchObject([
      { state: 'warning', fix: 'give it 512 MB or more' },
    ]);
  });

  it.each([
    ['no proxy', {}, 'ok'],
    ['a trusted proxy with its name', { trustProxy: 1, allowedHosts: ['sync.example.com'] }, 'ok'],
    ['a trusted proxy without its name', { trustProxy: 1 }, 'warning'],
    ['a name without a trusted proxy', { allowedHosts: ['sync.example.com'] }, 'warning'],
    ['an address of its own', { host: '10.0.0.7', allowedHosts: ['sync.example.com'] }, 'ok'],
  ])('looks at the settings of proxies: %s', (_, changes, state) => {
    const config = { allowedHosts: [], host: '127.0.0.1', trustProxy: 0, ...changes };
    expect(checkProxies(config, [], {})).toMatchObject([{ state }]);
  });

  it('writes a finding with its fix, and counts them', () => {
    const full = problem('disk', 'the disk is full', 'free some space');
    expect(findingLines(full)).toEqual(['✗ disk: the disk is full', '  Fix: free some space.']);
    const low = warning('disk', 'little room');
    expect(findingLines(low)).toEqual(['! disk: little room']);
    expect(summaryOf([ok('disk', 'room'), full, full, low])).toBe('2 problems, 1 warning.');
    expect(summaryOf([ok('disk', 'room')])).toBe('Nothing is wrong.');
  });
});
