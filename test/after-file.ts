// Cleans up after the last test of a spec file. Spec files share their modules
// (vitest.config.mjs), so an `afterAll` in a helper would run for the first file alone: setup.ts sets one for each file.

type Cleanup = () => unknown;

const cleanups: Cleanup[] = [];

/** Registers a cleanup that runs after the last test of the file; the newest runs first. */
export function afterFile(cleanup: Cleanup): void {
  cleanups.push(cleanup);
}

export async function cleanUp(): Promise<void> {
  const failures: unknown[] = [];
  for (const cleanup of cleanups.splice(0).reverse()) {
    try {
      await cleanup();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, 'a spec file left something behind');
}
