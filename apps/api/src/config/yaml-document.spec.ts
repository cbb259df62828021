import { describe, expect, it } from 'vitest';
import { draws } from '../../../../test/draws.js';
import { readYaml, writePath } from './yaml-document.js';

const MANY = draws(3_000, 20_000);

describe('readYaml', () => {
  it('gives plain data', () => {
    expect(readYaml('a: [1, x, null]\nb: { c: true }', {})).toMatchObject({
      value: { a: [1, 'x', null], b: { c: true } },
      errors: [],
    });
  });

  it.each([
    ['a: [1, 2\nb: 3', 2],
    ['a: 1\n\tb: 2', 2],
    ['a: "x', 1],
    ['a: 1\n---\nb: 2', 2],
    ['a: !secret x', 1],
    ['? [x, y]\n: 1', 1],
  ])('reports that %j is not usable YAML', (text, line) => {
    const { value, errors } = readYaml(text, {});
    expect(value).toBeUndefined();
    expect(errors[0]).toMatchObject({ line, expected: expect.stringContaining('YAML') as unknown });
  });

  it('reports an alias without an anchor by path', () => {
    expect(readYaml('a:\n  - b: *none', {}).errors).toEqual([
      {
        path: 'a[0].b',
        line: 2,
        column: 8,
        expected: 'an alias of an anchor that stands before it',
        received: '"*none" (text)',
      },
    ]);
  });

  it('refuses a file that blows itself up with aliases', () => {
    const levels = Array.from(
      { length: 9 },
      (_, level) => `l${level + 1}: &l${level + 1} [${Array(9).fill(`*l${level}`).join(', ')}]`,
    );
    const { errors } = readYaml(`l0: &l0 x\n${levels.join('\n')}`, {});
    expect(errors).toMatchObject([{ expected: expect.stringContaining('aliases') as unknown }]);
  });

  it('counts aliases before it resolves any: their number has a bound', () => {
    // Ten of each anchor, which the library accepts in any number.
    const withAliases = (anchors: number): string =>
      Array.from({ length: anchors }, (_, n) => `k${n}: [&a${n} x${`, *a${n}`.repeat(10)}]`).join(
        '\n',
      );
    expect(readYaml(withAliases(100), {}).errors).toEqual([]);
    expect(readYaml(withAliases(101), {}).errors).toEqual([
      {
        ...{ path: '', line: 101, column: 17 },
        expected: 'at most 1000 aliases: write the values out',
        received: 'more aliases',
      },
    ]);
  });

  it('finds what an alias stands for: the nearest anchor of that name before it', () => {
    const { value, placeOf } = readYaml('a: &x ${A}\nb: *x\nc: &x { d: "${B}" }\ne: *x', {
      A: '1',
      B: '2',
    });
    expect(value).toEqual({ a: '1', b: '1', c: { d: '2' }, e: { d: '2' } });
    expect(placeOf(['b'])).toMatchObject({ line: 2, written: '${A}' });
    expect(placeOf(['e', 'd'])).toMatchObject({ line: 3, written: '${B}' });
  });

  it('replaces every variable in a text, and nothing in what it put there', () => {
    expect(readYaml('x: "${A}-${B}${B}"\n${A}: y', { A: '${B}', B: 'b' }).value).toEqual({
      x: '${B}-bb',
      '${A}': 'y',
    });
  });

  it('keeps a replaced value a text', () => {
    expect(readYaml('x: ${N}\ny: 5', { N: '5' }).value).toEqual({ x: '5', y: 5 });
  });

  it.each(['${}', '${a-b}', '${A', '${1}'])('refuses the variable %s', (written) => {
    expect(readYaml(`x:\n  - ${JSON.stringify(written)}`, { A: 'a' }).errors).toMatchObject([
      {
        path: 'x[0]',
        line: 2,
        column: 5,
        expected: '${NAME} with a name of letters, digits and _',
      },
    ]);
  });

  it('takes no variable from what every object inherits', () => {
    expect(readYaml('x: ${toString}', {}).errors).toHaveLength(1);
  });

  it('finds values, keys, and the nearest thing above what is missing', () => {
    const document = readYaml('a:\n  - b: 1\n    c: &c { d: 2 }\n  - e: *c', {});
    const at = (path: (string | number)[], part?: 'value' | 'key'): string => {
      const { line, column } = document.placeOf(path, part);
      return `${line}:${column}`;
    };
    expect(at(['a', 0, 'b'])).toBe('2:8');
    expect(at(['a', 0, 'b'], 'key')).toBe('2:5');
    expect(at(['a', 0, 'none'])).toBe('2:5');
    expect(at(['a', 1, 'e', 'd'])).toBe('3:16');
    expect(at(['a', 9])).toBe('2:3');
    expect(at([])).toBe('1:1');
  });
});

describe('writePath', () => {
  it('writes steps as people read them', () => {
    expect(writePath(['datasets', 1, 'a b', 'c', '0'])).toBe('datasets[1]["a b"].c["0"]');
  });
});

describe('a hostile file', () => {
  const levels = 'lists and mappings of at most 100 levels';

  it.each([
    ['lists in brackets', '['.repeat(MANY) + ']'.repeat(MANY), levels],
    ['open brackets', '{a: '.repeat(MANY), levels],
    ['lists in lines', `${'- '.repeat(MANY)}x`, levels],
    [
      'indented mappings',
      Array.from({ length: 101 }, (_, at) => `${' '.repeat(at)}a:`).join('\n'),
      levels,
    ],
    ['more characters', `a: ${'x'.repeat(1_048_576)}`, 'a file of at most 1048576 characters'],
  ])('with %s is refused', (_, text, expected) => {
    const { value, errors } = readYaml(text, {});
    expect(value).toBeUndefined();
    expect(errors).toEqual([
      expect.objectContaining({ expected: expect.stringContaining(expected) as unknown }),
    ]);
  });

  it('may have a hundred levels', () => {
    expect(readYaml('['.repeat(100) + ']'.repeat(100), {}).errors).toEqual([]);
  });

  it('with thousands of keys is read, and duplicates are reported, a hundred of them', () => {
    // Compared with one another, the keys would take long.
    const keys = Array.from({ length: MANY }, (_, at) => `k${at}:`).join('\n');
    expect(readYaml(keys, {}).errors).toEqual([]);
    const twice = readYaml('a:\n'.repeat(MANY), {}).errors;
    expect(twice).toHaveLength(100);
    expect(twice[0]).toMatchObject({
      line: 2,
      column: 1,
      expected: 'every key once',
      received: '"a" (text)',
    });
  });
});
