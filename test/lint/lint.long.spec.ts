import { beforeAll, describe, expect, it } from 'vitest';
import { CLASSES, inlineTemplate, TEMPLATES } from './angular-cases.js';
import { placed, type PlacedCase } from './lint-case.js';
import { ALLOWED, PLACES } from './place-cases.js';
import { lint, lintCodes, projectOf, rulesInForce } from './run-linters.js';
import { EVERYWHERE, NO_MODULE, SCRIPTS } from './script-cases.js';
import { TYPED } from './typed-cases.js';
import { SYNTAX } from './typescript-cases.js';

/** The number of rules when ESLint had them all: 188, one of them in two forms, and two that no module can break. */
const LEAST_RULES = 185;
/** The only rule that warns. */
const WARNING = '@angular-eslint/use-lifecycle-interface';

const inTools = (name: string): string => `tools/${name}.mjs`;
const inApi = (name: string): string => `apps/api/src/${name}.ts`;
const inConsole = (name: string): string => `apps/web/src/app/${name}.ts`;

const templates = placed(TEMPLATES, (name) => `apps/web/src/app/${name}.html`);
const cases: readonly PlacedCase[] = [
  ...placed(EVERYWHERE, inTools),
  ...placed(SCRIPTS, inTools),
  ...placed(SYNTAX, inApi),
  ...placed(TYPED, inApi),
  ...placed(CLASSES, inConsole),
  ...templates,
  ...templates.map(({ file, code, rules }) => ({
    file: file.replace(/html$/, 'inline.ts'),
    code: inlineTemplate(code),
    rules,
  })),
  ...PLACES,
];
const unread = placed(NO_MODULE, inTools);

let said: ReadonlyMap<string, readonly string[]>;
beforeAll(async () => {
  said = await lint(await projectOf([...cases, ...unread, ...ALLOWED]));
});

describe('the linters', () => {
  it.each(cases.map(({ file, rules, code }) => [file, rules.join(' and '), code, rules] as const))(
    '%s: %s',
    (file, _rules, _code, rules) => {
      expect(said.get(file) ?? []).toEqual(rules);
    },
  );

  it.each(ALLOWED.map(({ file, code }) => [file, code] as const))('%s: nothing', (file) => {
    expect(said.get(file) ?? []).toEqual([]);
  });

  it.each(unread.map(({ file, code }) => [file, code] as const))('%s: not read', (file) => {
    expect(said.get(file)).toContainEqual(expect.stringMatching(/^Parsing error: /));
  });

  it('have a case for each rule that can fail', async () => {
    const held = new Set([...cases, ...unread].flatMap(({ rules }) => rules));
    const inForce = await rulesInForce([
      'apps/api/src/main.ts',
      'apps/web/src/app/app.ts',
      'apps/web/src/index.html',
      'tools/run.mjs',
    ]);
    expect([...inForce].filter((rule) => !held.has(rule))).toEqual([]);
    expect(inForce.size).toBeGreaterThanOrEqual(LEAST_RULES);
  });

  it('exit with 0 without findings, and with an error for a warning', async () => {
    const warnings = cases.filter(({ rules }) => rules.join() === WARNING);
    const folders = await Promise.all([projectOf(ALLOWED), projectOf(warnings)]);
    expect(warnings).toHaveLength(1);
    expect(await Promise.all(folders.map(lintCodes))).toEqual([
      [0, 0],
      [0, 1],
    ]);
  });
});
