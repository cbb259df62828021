// Whether the sources and targets of the datasets can be reached.
import type { Dataset } from '../../datasets/file/dataset.js';
import { SOURCE_KINDS } from '../../datasets/file/source-kinds.js';
import { TargetUnavailableError } from '../../targets/day-target.js';
import { openTarget } from '../../targets/elsewhere/open-target.js';
import { placeOf } from '../../targets/target.js';
import { TargetRefusedError } from '../../targets/target-rows.js';
import { ok, problem, reasonOf, type Finding } from './finding.js';

/** Connects to the source of each dataset, and asks for nothing. */
export function checkSources(datasets: readonly Dataset[]): Promise<Finding[]> {
  return Promise.all(
    datasets.map(async ({ name, source }) => {
      const what = `the source of ${name}`;
      const { probe } = SOURCE_KINDS[source.kind];
      if (probe === undefined) {
        return ok(
          'sources',
          `${what}: it is your own code, which only a sync or "daysync datasets try" runs`,
        );
      }
      try {
        return ok('sources', `${what}: ${await probe.reach(source)}`);
      } catch (error) {
        return problem('sources', `${what} can't be reached: ${reasonOf(error)}`, probe.fix);
      }
    }),
  );
}

/** Asks each target outside Daysync's own database for its key. */
export async function checkTargets(datasets: readonly Dataset[]): Promise<Finding[]> {
  const elsewhere = datasets.filter(({ target }) => target.place !== undefined);
  if (elsewhere.length === 0) return [];
  return Promise.all(
    elsewhere.map(async ({ name, target }) => {
      const place = placeOf(target);
      const what = `the target of ${name}, ${place},`;
      const open = openTarget(target);
      try {
        const key = await open.readKey();
        return ok('targets', `${what} ${key === null ? 'is made by the first day' : 'is there'}`);
      } catch (error) {
        const isExpected =
          error instanceof TargetUnavailableError || error instanceof TargetRefusedError;
        if (!isExpected) throw error;
        const code = error instanceof TargetUnavailableError ? error.code : 'TARGET_REFUSED';
        const text = `${what} can't be used: ${error.message}`;
        return problem('targets', text, `see docs/errors.md#${code.toLowerCase()}`);
      } finally {
        await open.close();
      }
    }),
  );
}
