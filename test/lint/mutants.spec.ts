import { stripTypeScriptTypes } from 'node:module';
import { runInThisContext } from 'node:vm';
import { afterEach, expect, it } from 'vitest';
import { draw, mutated, sitesOf } from '../mutants/sites.mjs';

const FILE = 'apps/api/src/runner/sample.ts';
const SAMPLE = `
const calls: string[] = [];
function sample(count: number, name?: string): unknown {
  if (count < 2) return name ?? 'none';
  if (count > 5 && name === undefined) calls.push('many');
  else calls.push('few');
  return [count + 1, [1, 2, 3].filter((one) => one >= count), calls];
}
function all(): unknown {
  return [sample(1), sample(1, 'a'), sample(2), sample(5), sample(6)];
}
`;
const sites = sitesOf(FILE, SAMPLE).map((site, number) => ({ ...site, number }));

afterEach(() => {
  delete (globalThis as { __mutants?: unknown }).__mutants;
});

it('draws the same places for a seed, whatever order they are in, and others for another seed', () => {
  const drawn = draw(sites, 8, '1').map(({ id }) => id);
  expect(drawn).toHaveLength(8);
  expect(draw(sites.toReversed(), 8, '1').map(({ id }) => id)).toEqual(drawn);
  expect(draw(sites, 8, '2').map(({ id }) => id)).not.toEqual(drawn);
});

it('writes a file that behaves as before until a mutant is on, and then differs', () => {
  const original = run(SAMPLE);
  const text = mutated(FILE, SAMPLE, sites);
  expect(runWith(text, [])).toEqual(original);
  // A smaller number stays below the bounds.
  const same = sites.filter(({ number }) => runWith(text, [number]) === original);
  expect(same.map(({ kind }) => kind)).toEqual(['number', 'number', 'number']);
});

function runWith(text: string, active: readonly number[]): string {
  (globalThis as { __mutants?: unknown }).__mutants = new Set(active);
  return run(text);
}

function run(text: string): string {
  return JSON.stringify(
    runInThisContext(`(() => { ${stripTypeScriptTypes(text)} return all(); })()`),
  );
}
