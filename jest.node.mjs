// What every Jest project that runs in Node has in common.

/** SWC does what `tsc` does for Nest: legacy decorators, their metadata, fields as assignments. */
const SWC = {
  jsc: {
    target: 'es2024',
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
    keepClassNames: true,
  },
  module: { type: 'es6' },
  sourceMaps: 'inline',
};

/** @param {string} displayName @param {string} folder below the project's top */
export function nodeProject(displayName, folder) {
  return {
    displayName,
    rootDir: import.meta.dirname,
    roots: [`<rootDir>/${folder}`],
    testEnvironment: 'node',
    testMatch: ['**/*.spec.ts'],
    extensionsToTreatAsEsm: ['.ts'],
    transform: { '\\.ts$': ['@swc/jest', { ...SWC, swcrc: false }] },
    moduleNameMapper: {
      '^@daysync/progress$': '<rootDir>/libs/progress/src/index.ts',
      '^@daysync/progress/nest$': '<rootDir>/libs/progress/src/nest/index.ts',
      '^daysync/source$': '<rootDir>/apps/api/src/datasets/source-api.ts',
      '^(\\.{1,2}/.*)\\.js$': '$1',
    },
  };
}
