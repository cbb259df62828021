import { glob, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import {
  DAY_ERROR_CODES,
  DAY_ERRORS,
  type DayErrorEntry,
} from '../../apps/api/src/datasets/day-errors.js';
import { PROBLEM_CODES } from '../../apps/api/src/http/problem.js';
import { zh } from '../../apps/web/src/app/i18n/zh.js';
import { TOP } from '../scratch.js';

/** A `code` that stands in the API's code; all others are typed. */
const CODE = /\bcode: '(?<code>[A-Z_]+)'/g;
const MADE = /\bSourceError\(\s*'(?<kind>[a-z_]+)',\s*'(?<code>[A-Z_]+)'/g;

/** The API's code without its specs and the list of day errors. */
async function sources(): Promise<readonly string[]> {
  const api = path.join(TOP, 'apps/api/src');
  const texts: Promise<string>[] = [];
  for await (const file of glob('**/*.ts', { cwd: api })) {
    if (/\.spec\.ts$|day-errors\.ts$/.test(file)) continue;
    texts.push(readFile(path.join(api, file), 'utf8'));
  }
  return Promise.all(texts);
}

describe('the words of the console', () => {
  // A spec beside the words holds that English has the same keys.
  it.each([
    ['problem that the API answers', PROBLEM_CODES],
    ['error that a day can have', DAY_ERROR_CODES],
  ])('tell every %s', (_, codes) => {
    expect(codes.map((code) => `error.${code}`).filter((key) => !(key in zh))).toEqual([]);
  });
});

describe('the list of day errors', () => {
  const known: Readonly<Record<string, DayErrorEntry>> = DAY_ERRORS;

  it('has every code that the API writes, and no other', async () => {
    const texts = await sources();
    const written = texts.flatMap((text) =>
      [...text.matchAll(CODE)].map(({ groups }) => groups?.['code'] ?? ''),
    );
    expect(written.length).toBeGreaterThan(4);
    expect(written.filter((code) => !(code in known))).toEqual([]);
    const unused = DAY_ERROR_CODES.filter((code) =>
      texts.every((text) => !text.includes(`'${code}'`)),
    );
    expect(unused).toEqual([]);
  });

  it('says of each code what it comes to', async () => {
    const made = (await sources()).flatMap((text) =>
      [...text.matchAll(MADE)].map(({ groups }) => ({
        kind: groups?.['kind'] ?? '',
        code: groups?.['code'] ?? '',
      })),
    );
    expect(made.length).toBeGreaterThan(25);
    const kindsOf = (code: string): readonly string[] => known[code]?.kinds ?? [];
    expect(made.filter(({ kind, code }) => !kindsOf(code).includes(kind))).toEqual([]);
  });
});
