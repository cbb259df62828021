// What a spec file has started or laid down goes after its last test. Spec files share their modules (vitest.config.mjs),
// so a hook of a helper's own would be set for the first of them alone: setup.ts sets one for each.

type Cleanup = () => unknown;

const cleanups: Cleanup[] = [];

/** Has something undone after the last test of the file, the newest first. */
export function afterFile(cleanup: Cleanup): void {
  cleanups.push(cleanup);
}

/** Undoes everything, also where one of them fails. */
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
