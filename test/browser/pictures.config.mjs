import { nodeProject } from '../../jest.node.mjs';

export default {
  ...nodeProject('pictures', 'test/browser'),
  testMatch: ['**/*.picture.ts'],
  testTimeout: 180_000,
};
