import { nodeProject } from '../../jest.node.mjs';

export default {
  ...nodeProject('cluster', 'test/cluster'),
  testMatch: ['**/long-run.ts'],
  // A day: how long it takes is a matter of how many kills were asked for.
  testTimeout: 86_400_000,
};
