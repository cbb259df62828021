// The budget of test/budget.json: what npm test says of a group that takes more.
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { TOP } from '../scratch.js';

interface Budget {
  readonly groups: Readonly<Record<string, { readonly seconds: number }>>;
  readonly lines: Readonly<Record<string, Lines>>;
}
interface Lines {
  readonly product: number;
  readonly specs: number;
}
interface BudgetTools {
  compareTimes(
    budget: Pick<Budget, 'groups'>,
    groups: readonly { name: string; wallSeconds: number; processorSeconds: number | null }[],
    slowness: number,
    mustMeasure?: boolean,
  ): { readonly rows: readonly (readonly string[])[]; readonly over: readonly string[] };
  compareTotal(
    budget: { readonly together: { readonly seconds: number } },
    groups: readonly { name: string; processorSeconds: number | null }[],
    slowness: number,
  ): readonly string[];
  compareLines(budget: Pick<Budget, 'lines'>, counts: Budget['lines']): readonly string[];
  countLines(budget: Pick<Budget, 'lines'>): Budget['lines'];
  readBudget(): Budget;
}

/** Imported at run time, because the launcher is not TypeScript. */
const { compareLines, compareTimes, compareTotal, countLines, readBudget } = (await import(
  pathToFileURL(path.join(TOP, 'tools/budget.mjs')).href
)) as BudgetTools;

const BUDGET = { groups: { api: { seconds: 60 } } };

function used(name: string, processorSeconds: number | null): Parameters<typeof compareTimes>[1] {
  return [{ name, wallSeconds: 50, processorSeconds }];
}

describe('a group', () => {
  it.each([
    ['within its budget', 60, 1],
    ['less than a tenth over it', 65.9, 1],
    ['over it on a machine that is half as fast', 130, 2],
    ['without a control group to measure it', null, 1],
  ])('%s passes', (_, seconds, machine) => {
    expect(compareTimes(BUDGET, used('api', seconds), machine).over).toEqual([]);
  });

  it.each([
    ['more than a tenth over its budget', 'api', 66.1, 1],
    ['over it on a machine that is twice as fast', 'api', 34, 0.5],
  ])('%s fails, with both numbers', (_, name, seconds, machine) => {
    const { over } = compareTimes(BUDGET, used(name, seconds), machine);
    expect(over).toEqual([
      expect.stringMatching(`^${name} took ${Math.round(seconds)} s .* over the \\d+ s`),
    ]);
  });

  it.each([null, 0])('fails where it must be measured, and took %s s', (seconds) => {
    const { over } = compareTimes(BUDGET, used('api', seconds), 1, true);
    expect(over).toEqual([expect.stringMatching('^api has no processor time')]);
  });

  it('may be over with the others together, static checks apart', () => {
    const groups = [...used('api', 60), ...used('unit', 45), ...used('static', 120)];
    const together = (seconds: number): readonly string[] =>
      compareTotal({ together: { seconds } }, groups, 1);
    expect(together(100)).toEqual([]);
    expect(together(90)).toEqual([expect.stringMatching('^the groups together took 105 s')]);
  });

  it('needs a budget', () => {
    const { over } = compareTimes(BUDGET, used('new', 1), 1);
    expect(over).toEqual([expect.stringMatching('^new has no budget')]);
  });

  it('has what it took in CONTRIBUTING.md', () => {
    const page = fs.readFileSync(path.join(TOP, 'CONTRIBUTING.md'), 'utf8');
    const names = Object.keys(readBudget().groups);
    expect(names.filter((name) => !new RegExp(`\\| \`${name}\` +\\|`).test(page))).toEqual([]);
  });
});

describe('the lines of a folder', () => {
  it('may not be more than its budget', () => {
    const lines = { apps: { product: 10, specs: 20 } };
    expect(compareLines({ lines }, { apps: { product: 10, specs: 20 } })).toEqual([]);
    expect(compareLines({ lines }, { apps: { product: 10, specs: 21 } })).toEqual([
      expect.stringMatching('^apps has 21 lines of specs for the 20 '),
    ]);
  });

  it('are counted for every folder that has code', () => {
    const counts = countLines(readBudget());
    for (const { product, specs } of Object.values(counts)) {
      expect(product + specs).toBeGreaterThan(0);
    }
  });
});
