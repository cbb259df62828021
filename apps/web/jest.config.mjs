import presets from 'jest-preset-angular/presets/index.js';

const preset = presets.createEsmPreset({
  tsconfig: '<rootDir>/tsconfig.json',
  testEnvironment: 'jest-preset-angular/environments/jest-jsdom-env.js',
});

export default {
  ...preset,
  displayName: 'web',
  rootDir: import.meta.dirname,
  // The library's Angular entry needs what the console's specs need.
  roots: ['<rootDir>/src', '<rootDir>/../../libs/progress/src/angular'],
  testMatch: ['**/*.spec.ts'],
  setupFilesAfterEnv: ['<rootDir>/jest.setup.ts'],
  moduleNameMapper: {
    ...preset.moduleNameMapper,
    '^@daysync/progress$': '<rootDir>/../../libs/progress/src/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
};
