import { describe, expect, it } from 'vitest';
import { readDatasets } from '../datasets/file/dataset-file.js';

const SECRET = `whsec_${Buffer.alloc(24, 'k').toString('base64')}`;
const ENV = { HOOK: 'https://hooks.example/T00/abcdef', SECRET, SHORT: 'whsec_c2hvcnQ=' };
const OPS = { name: 'ops', url: 'https://hooks.example/daysync', secret: '${SECRET}' };

function read(...webhooks: readonly unknown[]) {
  const datasets = [
    {
      name: 'weather',
      source: { kind: 'csv', path: 'weather.csv', day_column: 'date' },
      target: { table: 'weather', columns: { date: 'date' } },
    },
  ];
  return readDatasets(JSON.stringify({ datasets, webhooks }), { folder: '/srv', env: ENV });
}

function errorsOf(...webhooks: readonly unknown[]): string[] {
  const result = read(...webhooks);
  if (result.ok) return [];
  return result.errors.map(
    ({ expected, path, received }) => `${path}: ${expected}, got ${received}`,
  );
}

describe('an endpoint', () => {
  it('gets all events of all datasets, by default', () => {
    expect(read(OPS)).toMatchObject({
      webhooks: [
        {
          ...{ name: 'ops', url: OPS.url, writtenUrl: OPS.url, secret: SECRET },
          on: [
            ...['completed', 'failed_days', 'failed', 'cancelled', 'paused_by_itself'],
            ...['late', 'recovered'],
          ],
          ...{ datasets: null, allowPrivate: false },
        },
      ],
    });
  });

  it('is shown as the file writes it, which may take it from the environment', () => {
    const chat = {
      ...{ ...OPS, url: '${HOOK}', on: ['failed'], datasets: ['weather'], allow_private: true },
    };
    expect(read(chat)).toMatchObject({
      webhooks: [
        {
          ...{ url: ENV.HOOK, writtenUrl: '${HOOK}' },
          ...{ on: ['failed'], datasets: ['weather'], allowPrivate: true },
        },
      ],
    });
  });

  it.each([
    ['http://hooks.example/', true],
    ['https://127.0.0.1/', true],
    ['https://[fd00::1]:8443/', true],
    ['https://1.1.1.1/', false],
  ])('may be at %s, with allow_private: %o', (url, allow_private) => {
    expect(errorsOf({ ...OPS, url, allow_private })).toEqual([]);
  });

  it.each<[string, object, string]>([
    ['a wrong name', { name: 'Ops' }, 'webhooks[0].name: a name that matches'],
    ['another scheme', { url: 'ftp://x.example/' }, 'webhooks[0].url: an https address without a'],
    ['no TLS', { url: 'http://x.example/' }, '(http with allow_private: true), got "http://x.ex'],
    ['no address', { url: 'hooks' }, 'webhooks[0].url: an https address without a user'],
    ['a fragment', { url: 'https://x.example/#a' }, 'webhooks[0].url: an https address without'],
    ['a user', { url: 'https://a:b@x.example/' }, 'got an address with a user before its host'],
    [
      'a secret in the address',
      { url: 'https://x.example/?token=abc' },
      'webhooks[0].url: a secret that comes from the environment as ${NAME}, got an address with',
    ],
    ['a private address', { url: 'https://10.0.0.1/' }, 'reaches, or allow_private: true, got'],
    ['this machine', { url: 'https://[::1]/' }, 'an address that all the world reaches, or'],
    [
      'a secret that is written there',
      { secret: SECRET },
      'webhooks[0].secret: a secret that comes from the environment as ${NAME}, got one that is',
    ],
    ['a short secret', { secret: '${SHORT}' }, 'got "${SHORT}" (text from the environment)'],
    ['no secret', { secret: undefined }, 'webhooks[0].secret: whsec_ and 24 to 64 bytes in Base64'],
    [
      'an event of its own',
      { on: ['done'] },
      'webhooks[0].on: a list of at least one of completed',
    ],
    ['no event', { on: [] }, 'webhooks[0].on: a list of at least one of'],
    ['an event twice', { on: ['failed', 'failed'] }, 'none twice, got a list of 2'],
    ['an unknown dataset', { datasets: ['tides'] }, 'datasets[0]: the name of a dataset of this'],
    ['no dataset', { datasets: [] }, 'webhooks[0].datasets: a list of 1 to 1000 different texts'],
    ['a word for a truth', { allow_private: 'yes' }, 'webhooks[0].allow_private: true or false'],
    ['an unknown key', { events: [] }, 'webhooks[0].events: one of the keys name, url, secret, on'],
  ])('with %s is reported', (_what, changes, expected) => {
    expect(errorsOf({ ...OPS, ...changes })).toEqual([expect.stringContaining(expected)]);
  });

  it('has a name of its own', () => {
    expect(errorsOf(OPS, OPS)).toEqual([
      expect.stringContaining(
        'webhooks[1].name: a webhook name of its own, not that of webhooks[0]',
      ),
    ]);
  });

  it.each([
    ['no mapping', ['ops'], 'webhooks[0]: a mapping with the keys name, url'],
    ['too many', Array.from({ length: 21 }, (_, n) => ({ ...OPS, name: `n${n}` })), 'up to 20'],
  ])('%s is reported', (_what, webhooks, expected) => {
    expect(errorsOf(...webhooks)).toEqual([expect.stringContaining(expected)]);
  });

  it('says nothing of its secret in an error', () => {
    const errors = errorsOf({ ...OPS, secret: '${HOOK}' });
    expect(errors).toHaveLength(1);
    expect(errors.join()).not.toContain('abcdef');
  });
});
