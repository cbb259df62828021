import { describe, expect, it } from 'vitest';
import { readTokens, secretHash } from '../config/auth-tokens.js';
import { Tokens } from './tokens.js';

const A = 'a'.repeat(32);
const B = 'b'.repeat(40);
const tokens = new Tokens(readTokens(`ana:operator:${A},ben:viewer:${B}`));

describe('Tokens', () => {
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
});
