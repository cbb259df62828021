// What no rule of oxlint can say (.oxlintrc.jsonc has all the others): nothing here needs types, and so it is fast.
import angular from 'angular-eslint';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

const SPECS = ['**/*.spec.ts', 'test/**/*.ts'];

const NO_CLOCK = [
  {
    selector: 'NewExpression[callee.name="Date"][arguments.length=0]',
    message: 'Time comes in by a clock that is injected: only a *clock*.ts file reads it.',
  },
  {
    selector: 'MemberExpression[object.name="Date"][property.name="now"]',
    message: 'Time comes in by a clock that is injected: only a *clock*.ts file reads it.',
  },
  {
    selector: 'MemberExpression[object.name="Math"][property.name="random"]',
    message: 'Chance comes in as an argument.',
  },
];
const NO_ENVIRONMENT = {
  selector: 'MemberExpression[object.name="process"][property.name="env"]',
  message: 'The program’s entry reads the environment once and hands it on.',
};
/** A link in a data folder could show any file of the machine. */
const ONE_OPEN = {
  selector:
    'ImportDeclaration[source.value=/^(node:)?fs/] > ImportSpecifier[imported.name=/^(open|openSync|readFile|readFileSync|createReadStream|default)$/], ImportDeclaration[source.value=/^(node:)?fs/] > :matches(ImportDefaultSpecifier, ImportNamespaceSpecifier)',
  message: 'Only open-inside.ts opens a file of a source: it holds it to its folder.',
};
/** Without its class at run time a DTO validates nothing. */
const DTO_BY_VALUE = [
  'ImportDeclaration[importKind="type"][source.value=/[.]dto[.]js$/]',
  'ImportDeclaration[source.value=/[.]dto[.]js$/] > ImportSpecifier[importKind="type"]',
].map((selector) => ({
  selector,
  message: 'Import a DTO as a value: Nest validates by its class.',
}));

export default defineConfig(
  { ignores: ['**/dist/', '.cache/', '.angular/', 'coverage/', 'var/', 'logs/', '**/generated/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.{js,mjs,ts}'],
    rules: {
      // oxlint's rule of this name does not read template strings.
      'no-irregular-whitespace': 'error',
      // oxlint's rule of this name reports a value that the next turn of a loop reads.
      'no-useless-assignment': 'error',
    },
  },
  {
    files: ['**/*.ts'],
    languageOptions: { parser: tseslint.parser },
    rules: { 'no-restricted-syntax': ['error', ...NO_CLOCK, NO_ENVIRONMENT] },
  },
  {
    files: ['**/*{clock,random}*.ts'],
    rules: { 'no-restricted-syntax': ['error', NO_ENVIRONMENT] },
  },
  {
    files: [
      'apps/api/src/{sources,parquet}/**/*.ts',
      'apps/api/src/datasets/init/{sample,*-source}.ts',
    ],
    // Files that Daysync made itself, and those of targets.
    ignores: ['**/{open-inside,temporary-file,parquet-file,*.fixture}.ts'],
    rules: { 'no-restricted-syntax': ['error', ...NO_CLOCK, NO_ENVIRONMENT, ONE_OPEN] },
  },
  {
    // The last is what an app that Daysync is part of begins with.
    files: [
      'apps/api/src/{main,app/backup,app/datasets-{change,check,init},app/doctor/{,support-}main}.ts',
      'libs/migrate-to-postgres/src/main.ts',
      'apps/cli/src/main.ts',
      'libs/nest/src/sync-options.ts',
      'examples/**/*.ts',
    ],
    rules: { 'no-restricted-syntax': ['error', ...NO_CLOCK] },
  },
  {
    files: ['apps/api/**/*.{controller,dto}.ts'],
    rules: {
      'no-restricted-syntax': ['error', ...NO_CLOCK, NO_ENVIRONMENT, ...DTO_BY_VALUE],
    },
  },
  {
    files: SPECS,
    rules: { 'no-restricted-syntax': 'off' },
  },
  {
    files: ['apps/web/**/*.ts', 'libs/progress/src/schematics/files/*.ts'],
    extends: [angular.configs.tsRecommended],
    processor: angular.processInlineTemplates,
  },
  {
    files: ['apps/web/**/*.html', 'libs/progress/src/schematics/files/*.html'],
    extends: [angular.configs.templateRecommended, angular.configs.templateAccessibility],
    rules: { 'no-irregular-whitespace': 'error' },
  },
);
