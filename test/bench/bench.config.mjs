import { nodeProject } from '../../jest.node.mjs';

export default {
  ...nodeProject('bench', 'test/bench'),
  testMatch: ['**/*.bench.ts'],
  // One after another: how long it takes is what is measured.
  maxWorkers: 1,
  testTimeout: 3_600_000,
};
