import js from '@eslint/js';
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
  js.configs.recommended,
  {
    files: ['**/*.mjs'],
    languageOptions: {
      globals: Object.fromEntries(
        ['console', 'fetch', 'performance', 'process', 'setInterval', 'setTimeout', 'URL'].map(
          (name) => [name, 'readonly'],
        ),
      ),
    },
  },
  {
    files: ['test/browser/*.js'],
    languageOptions: {
      globals: Object.fromEntries(
        ['clearInterval', 'fetch', 'setInterval', 'window'].map((name) => [name, 'readonly']),
      ),
    },
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // `T | void` is the type of a callback that may give something back.
      '@typescript-eslint/no-invalid-void-type': 'off',
      // A DTO is a shape: Nest validates what comes in, and what goes out is a plain object.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      // A union of event types is wider than an interface can say; both are used.
      '@typescript-eslint/consistent-type-definitions': 'off',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowArray: true, allowNullish: false },
      ],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-misused-spread': ['error', { allow: ['string'] }],
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      // `noPropertyAccessFromIndexSignature` of the compiler says the opposite.
      '@typescript-eslint/dot-notation': 'off',
      '@typescript-eslint/prefer-nullish-coalescing': [
        'error',
        { ignorePrimitives: { string: true } },
      ],
      '@typescript-eslint/unbound-method': ['error', { ignoreStatic: true }],
      // The compiler's `noFallthroughCasesInSwitch` knows which inner switches are exhaustive.
      'no-fallthrough': 'off',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
      'no-restricted-syntax': ['error', ...NO_CLOCK, NO_ENVIRONMENT],
    },
  },
  {
    files: ['**/*{clock,random}*.ts'],
    rules: { 'no-restricted-syntax': ['error', NO_ENVIRONMENT] },
  },
  {
    // The last is what an app that Daysync is part of begins with.
    files: [
      'apps/api/src/{main,backup,migrate-to-postgres,datasets-check}.ts',
      'apps/cli/src/main.ts',
      'apps/api/src/embed/sync-options.ts',
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
    rules: {
      'no-restricted-syntax': 'off',
      '@typescript-eslint/unbound-method': 'off',
      // A fake keeps the signature of what it stands for.
      '@typescript-eslint/require-await': 'off',
    },
  },
  {
    files: ['apps/web/**/*.ts'],
    extends: [angular.configs.tsRecommended],
    processor: angular.processInlineTemplates,
    // The console logs nowhere but in the browser.
    rules: { 'no-console': ['error', { allow: ['error'] }] },
  },
  {
    files: ['apps/web/**/*.html'],
    extends: [angular.configs.templateRecommended, angular.configs.templateAccessibility],
  },
);
