import { nodeProject } from '../../jest.node.mjs';

export default {
  ...nodeProject('pictures', 'test/pictures'),
  testMatch: ['**/*.picture.ts'],
  testTimeout: 180_000,
};
