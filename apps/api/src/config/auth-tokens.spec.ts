import { createHash } from 'node:crypto';
import { chmodSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { scratchFolder } from '../../../../test/scratch.js';
import { readTokens } from './auth-tokens.js';

const A = 'a'.repeat(32);
const B = 'B9-._~+/'.repeat(4) + '==';
const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

describe('readTokens', () => {
  it('takes names, roles and the hashes of tokens', () => {
    expect(readTokens(`ana:operator:${A}, wall-board.2:viewer:${B}`)).toEqual({
      tokens: [
        { name: 'ana', role: 'operator', hash: sha256(A) },
        { name: 'wall-board.2', role: 'viewer', hash: sha256(B) },
      ],
      errors: [],
      warnings: [],
    });
  });

  it.each([
    ['nothing', ' , ', 'name:role:token', 'an empty list'],
    ['a token alone', A, 'name:role:token in entry 1', '1 of its 3 parts'],
    ['no name', `operator:${A}`, 'name:role:token in entry 1', '2 of its 3 parts'],
    ['a name with a blank', `a b:viewer:${A}`, /^a name .* in entry 1$/, 'another text'],
    ['a token for a name', `${A}=:viewer:${A}`, /^a name .* in entry 1$/, 'another text'],
    ['a reserved name', `local:viewer:${A}`, /^a name .*other than local/, 'another text'],
    ['a name of ours', `schedule:viewer:${A}`, /^a name .*and schedule/, 'another text'],
    ['another role', `ana:admin:${A}`, 'a role viewer or operator in entry 1', 'another text'],
    ['a token for a role', `ana:${A}:viewer`, /^a role/, 'another text'],
    ['a short token', `ana:viewer:${A.slice(1)}`, /^a token of 32 to 512/, 'one of 31'],
    ['a long token', `ana:viewer:${'a'.repeat(513)}`, /^a token of 32 to 512/, 'one of 513'],
    ['a token with a blank', `ana:viewer:${A} ${A}`, /^a token of letters/, /another character/],
    ['a token with a colon', `ana:viewer:${A}:${A}`, /^a token of letters/, /another character/],
    [
      'a name twice',
      `ana:viewer:${A},ana:viewer:${B}`,
      /^a name that no .* in entry 2$/,
      'ana again',
    ],
    [
      'a token twice',
      `a:viewer:${A},b:viewer:${A}`,
      /^a token that no .* in entry 2$/,
      'the same again',
    ],
  ])('refuses %s, and shows no token', (_what, list, expected, received) => {
    const { errors } = readTokens(list);
    expect(errors).toEqual([
      {
        expected:
          typeof expected === 'string' ? expected : (expect.stringMatching(expected) as unknown),
        received:
          typeof received === 'string' ? received : (expect.stringMatching(received) as unknown),
      },
    ]);
    expect(JSON.stringify(errors)).not.toContain('aaaa');
  });

  it('reports everything that is wrong at once', () => {
    expect(readTokens(`x,ana:viewer:${A},y`).errors).toHaveLength(2);
  });
});

describe('a file of tokens', () => {
  let folder: string;
  let file: string;
  beforeEach(async () => {
    folder = await scratchFolder();
    file = path.join(folder, 'tokens');
  });

  it('has an entry a line', () => {
    writeFileSync(file, `ana:operator:${A}\r\n\nben:viewer:${B}\n`, { mode: 0o600 });
    const { tokens, errors, warnings } = readTokens(`@${file}`);
    expect(tokens.map(({ name }) => name)).toEqual(['ana', 'ben']);
    expect([errors, warnings]).toEqual([[], []]);
  });

  it.each([0o640, 0o604, 0o666])(
    'that others may open (mode %i) is taken with a warning',
    (mode) => {
      writeFileSync(file, `ana:operator:${A}\n`);
      chmodSync(file, mode);
      const { tokens, warnings } = readTokens(`@${file}`);
      expect(tokens).toHaveLength(1);
      expect(warnings).toEqual([expect.stringContaining(`mode ${mode.toString(8)}`)]);
    },
  );

  it('that is not there, or is no file, is an error', () => {
    expect(readTokens(`@${file}`).errors).toEqual([
      { expected: 'a file that can be read', received: 'ENOENT for the one behind its @' },
    ]);
    expect(readTokens(`@${folder}`).errors).toMatchObject([
      { received: expect.stringContaining('EISDIR') as unknown },
    ]);
  });
});
