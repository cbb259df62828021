import type { SchemaElement } from 'hyparquet';
import { expect, it } from 'vitest';
import { int32s, levelsOf, pageOf, rowsOf } from './leaf-pages.fixture.js';

const group = (
  name: string,
  repetition_type: SchemaElement['repetition_type'] & string,
  more: Partial<SchemaElement> = {},
): SchemaElement => ({ name, repetition_type, num_children: 1, ...more });
const leaf = (name: string, repetition_type: SchemaElement['repetition_type'] & string) =>
  ({ name, repetition_type, type: 'INT32' }) satisfies SchemaElement;
const LIST = { converted_type: 'LIST' } as const;
const NEWER = { logical_type: { type: 'LIST' } } as const;

interface LeveledPage {
  readonly repetitions: readonly number[];
  readonly definitions: readonly number[];
  readonly values: readonly number[];
}

/** One row goes on in the second page. */
const PAGES = {
  ofOptional: [
    { repetitions: [0, 1, 0], definitions: [3, 2, 3], values: [1, 3] },
    { repetitions: [1, 0, 0, 0], definitions: [3, 1, 0, 3], values: [4, 5] },
  ],
  ofRequired: [
    { repetitions: [0, 1, 0], definitions: [2, 2, 2], values: [1, 2, 3] },
    { repetitions: [1, 0, 0, 0], definitions: [2, 1, 0, 2], values: [4, 5] },
  ],
  withoutNulls: [
    { repetitions: [0, 1, 0], definitions: [1, 1, 1], values: [1, 2, 3] },
    { repetitions: [1, 0, 0], definitions: [1, 0, 1], values: [4, 5] },
  ],
  ofNoList: [
    { repetitions: [0, 0], definitions: [0, 0], values: [1, 2] },
    { repetitions: [0], definitions: [0], values: [3] },
  ],
} satisfies Readonly<Record<string, readonly LeveledPage[]>>;

const STRUCTURES = [[{ x: 1 }, { x: 2 }], [{ x: 3 }, { x: 4 }], [], null, [{ x: 5 }]];

const joined = (pages: readonly LeveledPage[]): LeveledPage => ({
  repetitions: pages.flatMap(({ repetitions }) => repetitions),
  definitions: pages.flatMap(({ definitions }) => definitions),
  values: pages.flatMap(({ values }) => values),
});

it.each([
  [
    'a list by its newer name alone',
    [group('a', 'OPTIONAL', NEWER), group('list', 'REPEATED'), leaf('element', 'OPTIONAL')],
    { pages: PAGES.ofOptional, most: [1, 3], rows: [[1, null], [3, 4], [], null, [5]] },
  ],
  [
    'a list in which nothing is missing',
    [group('a', 'REQUIRED', LIST), group('list', 'REPEATED'), leaf('element', 'REQUIRED')],
    { pages: PAGES.withoutNulls, most: [1, 1], rows: [[1, 2], [3, 4], [], [5]] },
  ],
  [
    'a list of older writers, of structures',
    [group('a', 'OPTIONAL', LIST), group('array', 'REPEATED'), leaf('x', 'REQUIRED')],
    { pages: PAGES.ofRequired, most: [1, 2], rows: STRUCTURES },
  ],
  [
    'another list of older writers, of structures',
    [group('a', 'OPTIONAL', LIST), group('a_tuple', 'REPEATED'), leaf('x', 'REQUIRED')],
    { pages: PAGES.ofRequired, most: [1, 2], rows: STRUCTURES },
  ],
  [
    'a structure that repeats',
    [group('a', 'REPEATED'), leaf('x', 'REQUIRED')],
    { pages: PAGES.withoutNulls, most: [1, 1], rows: STRUCTURES.filter((row) => row !== null) },
  ],
  [
    'a structure with a name that objects have',
    [group('a', 'REQUIRED'), leaf('__proto__', 'REQUIRED')],
    {
      ...{ pages: PAGES.ofNoList, most: [0, 0] },
      rows: [1, 2, 3].map((value) => Object.fromEntries([['__proto__', value]])),
    },
  ],
] as const)(
  'a nested column has its values: %s',
  async (_name, elements, { pages, most, rows }) => {
    const [repetition, definition] = most;
    const written = ({ repetitions, definitions, values }: LeveledPage): Buffer =>
      pageOf(
        repetitions.length,
        Buffer.concat([
          ...[levelsOf(repetition, repetitions), levelsOf(definition, definitions)],
          int32s(...values),
        ]),
      );
    const one = joined(pages);
    const all = { values: one.repetitions.length, rows: rows.length };
    expect(await rowsOf(elements, pages.map(written), all)).toEqual(rows);
    expect(await rowsOf(elements, [written(one)], all)).toEqual(rows);
    await expect(rowsOf(elements, pages.map(written), { ...all, rows: 9 })).rejects.toThrow(
      'expected more values of column a, got their end',
    );
  },
);
