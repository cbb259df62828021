import { describe, expect, it } from 'vitest';
import { SourceError } from '../day-source.js';
import { ProviderError } from '../source-api.js';
import { providerFailure } from './provider-failure.js';

const thrown = (fields: object): Error => Object.assign(new Error('why'), fields);

describe('providerFailure', () => {
  it.each(['passing', 'lasting', 'source_wide'])('takes an error at its word: %s', (kind) => {
    const failure = providerFailure(thrown({ kind, code: 'RATE_LIMIT', retryAfterMs: 0.5 }));
    expect(failure).toBeInstanceOf(SourceError);
    expect(failure).toMatchObject({
      ...{ kind, code: 'RATE_LIMIT', message: 'why', place: {}, retryAfterMs: 0.5 },
    });
  });

  it.each([
    [{ kind: 'fatal', code: 'RATE_LIMIT' }],
    [{ code: 'ECONNREFUSED' }],
    [{ kind: 'passing' }, 'passing'],
    [{ kind: 'passing', code: 'rate-limit' }, 'passing'],
    [{ kind: 'passing', code: `A${'B'.repeat(63)}` }, 'passing'],
    [{ kind: 'passing', code: 7 }, 'passing'],
  ])('has no code but its own: %j', (fields, kind = 'lasting') => {
    expect(providerFailure(thrown(fields))).toMatchObject({ kind, code: 'PROVIDER_FAILED' });
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY, '5', null, undefined])(
    'does not wait for %o',
    (retryAfterMs) => {
      expect(providerFailure(thrown({ kind: 'passing', retryAfterMs })).retryAfterMs).toBeNull();
    },
  );

  it('takes the class of daysync/source at its word', () => {
    const cause = new Error('ECONNRESET');
    const error = new ProviderError('passing', 'BUSY', 'later', { retryAfterMs: 5, cause });
    const busy = { kind: 'passing', code: 'BUSY', message: 'later: ECONNRESET', retryAfterMs: 5 };
    expect(providerFailure(error)).toMatchObject(busy);
    const bare = new ProviderError('source_wide', 'LOGIN_REFUSED', 'no');
    expect(bare).not.toHaveProperty('cause');
    expect(providerFailure(bare)).toMatchObject({ kind: 'source_wide', retryAfterMs: null });
  });

  it('goes by the shape, not by the class', () => {
    const busy = { kind: 'passing', code: 'BUSY', message: 'later' };
    expect(providerFailure(busy)).toMatchObject(busy);
  });

  it.each<[unknown, string]>([
    ['boom', 'boom'],
    [undefined, 'nothing'],
    [null, 'null'],
    [7, '7 (number)'],
    [{ a: 1 }, 'a mapping with the keys a'],
    [new Error('boom'), 'boom'],
    [new Error('fetch failed', { cause: new Error('ECONNREFUSED') }), 'fetch failed: ECONNREFUSED'],
  ])('describes %o', (value, message) => {
    expect(providerFailure(value)).toMatchObject({ kind: 'lasting', message, cause: value });
  });

  it('lasts, whatever it hides behind getters and traps that throw', () => {
    const no = (): never => {
      throw new Error('no');
    };
    const sealed = new Proxy({}, { get: no, ownKeys: no, getPrototypeOf: no });
    expect(providerFailure(sealed)).toMatchObject({
      kind: 'lasting',
      code: 'PROVIDER_FAILED',
      message: 'something that can’t be read',
    });
    const half = Object.defineProperty({ message: 'half' }, 'kind', { get: no });
    expect(providerFailure(half)).toMatchObject({ code: 'PROVIDER_FAILED', message: 'half' });
  });

  it('shortens a long text, and never cuts a character in two', () => {
    for (const text of ['x'.repeat(1_000), '𝄞'.repeat(500), `x${'𝄞'.repeat(500)}`]) {
      const { message } = providerFailure(new Error(text));
      expect(message.length).toBeLessThanOrEqual(500);
      expect(message).toMatch(/…$/);
      expect(message.isWellFormed()).toBe(true);
      expect(message).not.toContain('\uFFFD');
    }
  });

  it('joins two texts that are too long for one', () => {
    const half = 'x'.repeat(2 ** 28);
    const { message } = providerFailure(new Error(half, { cause: new Error(half) }));
    expect(message).toMatch(/^x+…$/);
  });
});
