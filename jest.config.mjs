import { nodeProject } from './jest.node.mjs';

export default {
  maxWorkers: 2,
  // No test waits for it: it ends what hangs, on the busiest machine too.
  testTimeout: 180_000,
  projects: [
    nodeProject('progress', 'libs/progress/src'),
    nodeProject('api', 'apps/api/src'),
    '<rootDir>/apps/web/jest.config.mjs',
    nodeProject('test-api', 'test/api'),
    nodeProject('test-fuzz', 'test/fuzz'),
    nodeProject('test-generators', 'test/generators'),
    nodeProject('test-crash', 'test/crash'),
    nodeProject('test-cluster', 'test/cluster'),
    nodeProject('test-scale', 'test/scale'),
    nodeProject('test-browser', 'test/browser'),
  ],
};
