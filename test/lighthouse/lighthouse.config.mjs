import { nodeProject } from '../../jest.node.mjs';

export default {
  ...nodeProject('lighthouse', 'test/lighthouse'),
  testMatch: ['**/scores.ts'],
  // How long it takes is not what is asked.
  testTimeout: 1_800_000,
};
