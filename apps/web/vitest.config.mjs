import { defineConfig } from 'vitest/config';

const MOST_MS = 180_000;

// Angular's builder (angular.json) adds all else. No test waits for it: it ends what hangs, on the busiest machine too.
export default defineConfig({
  test: { testTimeout: MOST_MS, hookTimeout: MOST_MS, expect: { poll: { timeout: 60_000 } } },
});
