import { nodeProject } from './jest.node.mjs';

export default {
  maxWorkers: 2,
  testTimeout: 60_000,
  projects: [
    nodeProject('progress', 'libs/progress/src'),
    nodeProject('api', 'apps/api/src'),
    '<rootDir>/apps/web/jest.config.mjs',
    nodeProject('test-api', 'test/api'),
    nodeProject('test-browser', 'test/browser'),
  ],
};
