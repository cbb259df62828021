import { describe, expect, it } from 'vitest';
import { readTokens, secretHash } from '../config/auth-tokens.js';
import { Tokens } from './tokens.js';

const A = 'a'.repeat(32);
const B = 'b'.repeat(40);
const tokens = new Tokens(readTokens(`ana:operator:${A},ben:viewer:${B}`));

describe('Tokens', () => {
  it('finds whose a token is', () => {
    expect(tokens.find(A)).toMatchObject({ name: 'ana', role: 'operator' });
    expect(tokens.find(B)).toMatchObject({ name: 'ben', role: 'viewer' });
  });

  it('finds it in a header, however that is written, the first time and again', () => {
    for (const scheme of ['Bearer ', 'bearer ', 'BEARER   ']) {
      for (let time = 0; time < 2; time += 1) {
        expect(tokens.findIn(`${scheme}${A}`)).toMatchObject({ name: 'ana' });
        expect(tokens.findIn(`${scheme}${B} `)).toMatchObject({ name: 'ben' });
        expect(tokens.findIn(`${scheme}${A}x`)).toBeNull();
      }
    }
  });

  it.each(['', 'Bearer', `Bearer${A}`, `Basic ${A}`, A, `Bearer ${A} ${A}`, `x Bearer ${A}`])(
    'finds no token in %j',
    (header) => {
      expect(tokens.findIn(header)).toBeNull();
    },
  );

  it.each(['', A.slice(1), `${A}a`, A.toUpperCase(), secretHash(A), 'ana'])(
    'finds no token for %j',
    (secret) => {
      expect(tokens.find(secret)).toBeNull();
    },
  );

  it('knows a token by its name and hash together', () => {
    expect(tokens.known('ana', secretHash(A))).toMatchObject({ name: 'ana' });
    expect(tokens.known('ana', secretHash(B))).toBeNull();
    expect(tokens.known('cleo', secretHash(A))).toBeNull();
  });

  it('are needed as soon as there is one', () => {
    expect(tokens.areRequired).toBe(true);
    expect(new Tokens({ tokens: [] }).areRequired).toBe(false);
  });
});
