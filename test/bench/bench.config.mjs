import { nodeProject } from '../../jest.node.mjs';

export default {
  ...nodeProject('bench', 'test/bench'),
  testMatch: ['**/sources.ts', '**/polls.ts', '**/scale.ts'],
  // How long it takes is what is measured.
  testTimeout: 3_600_000,
};
