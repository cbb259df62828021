import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { draws } from '../../../../../test/draws.js';
import { writeJson } from '../../targets/exact-json.js';
import { SourceError } from '../day-source.js';
import { JsonValueFinder } from './json-path.js';
import { JsonRows } from './json-rows.js';

const MOST_ROW_BYTES = 6_000;

/** What became of a text: each row with its place, and the error that ended it. */
function outcome(chunks: readonly Buffer[], finder?: JsonValueFinder): unknown[] {
  const seen: unknown[] = [];
  try {
    const rows = new JsonRows(
      '/rows',
      MOST_ROW_BYTES,
      ({ row, value, failure, start, end }) => {
        seen.push([row, start, end, failure?.().message ?? writeJson(value)]);
      },
      { finder },
    );
    for (const chunk of chunks) rows.write(chunk);
    rows.end();
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    seen.push([error.code, error.message]);
  }
  return seen;
}

/** Reads rows by their tokens: a finder needs each of them. */
const byTokens = (text: Buffer): unknown[] => outcome([text], new JsonValueFinder('/none'));

function cut(text: Buffer, sizes: readonly number[]): Buffer[] {
  const chunks: Buffer[] = [];
  let at = 0;
  for (const size of sizes) {
    chunks.push(text.subarray(at, at + size));
    at += size;
  }
  return [...chunks, text.subarray(at)];
}

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.constantFrom('}', '{"', '],[', '\\"', '\\', '"}', 'é', '😀', 'x'.repeat(5_000)),
);
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { depthSize: 'small' },
    text,
    fc.integer(),
    fc.constantFrom(null, true, 0.1, -0),
    fc.array(tie('any'), { maxLength: 3 }),
    fc.dictionary(text, tie('any'), { maxKeys: 3 }),
  ),
})).any;
const row = fc.oneof(
  { weight: 6, arbitrary: fc.dictionary(text, value, { maxKeys: 4 }) },
  { weight: 1, arbitrary: value },
);
const document = fc
  .record({ before: value, rows: fc.array(row, { maxLength: 8 }), after: value })
  .chain((parts) => fc.constantFrom(0, 2).map((indent) => JSON.stringify(parts, null, indent)));
const sizes = fc.array(fc.nat({ max: 60 }), { maxLength: 60 });

it('a row has one value and one place, read whole or by its tokens, however the text is cut', () => {
  fc.assert(
    fc.property(document, sizes, (json, cuts) => {
      const bytes = Buffer.from(json);
      expect(outcome(cut(bytes, cuts))).toStrictEqual(byTokens(bytes));
    }),
    { numRuns: draws(60, 500) },
  );
});

it('a damaged text has one error, read whole or by its tokens', () => {
  const damage = fc.constantFrom('', '{', '}', '[', ']', ',', '"', '\\', ':', '1', 'x', '{}', '\n');
  fc.assert(
    fc.property(document, sizes, damage, fc.nat(), (json, cuts, put, at) => {
      const place = at % json.length;
      const bytes = Buffer.from(json.slice(0, place) + put + json.slice(place + 1));
      expect(outcome(cut(bytes, cuts))).toStrictEqual(byTokens(bytes));
    }),
    { numRuns: draws(120, 1_000) },
  );
});

it('a text that looks like a row is none, also where a chunk begins with it', () => {
  const [before, after] = [Buffer.from('{"rows":["'), Buffer.from('{ }"]}')];
  expect(outcome([before, after])).toStrictEqual(byTokens(Buffer.concat([before, after])));
});
