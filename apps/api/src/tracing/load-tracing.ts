import path from 'node:path';
import type { Logger } from 'pino';
import type { Clock } from '../config/clock.js';
import type { TracingOptions } from './otlp-tracing.js';
import { ProblemLog } from './problem-log.js';
import type { Tracing } from './tracing.js';

type Part = typeof import('./otlp-tracing.js');

/** The part with OpenTelemetry, with the extension of this file: `.js` when compiled, `.mjs` beside the bundle. */
const PART = new URL(`otlp-tracing${path.extname(import.meta.url)}`, import.meta.url).href;

/** Loads OpenTelemetry, and begins to export traces. Nothing of it is in a process that does not call this. */
export async function loadTracing(
  options: Omit<TracingOptions, 'onProblem'>,
  logger: Logger,
  clock: Pick<Clock, 'monotonic'>,
): Promise<Tracing> {
  const { createTracing } = (await import(PART)) as Part;
  const problems = new ProblemLog(logger, clock);
  return createTracing({
    ...options,
    onProblem: (problem) => {
      problems.report(problem);
    },
  });
}
