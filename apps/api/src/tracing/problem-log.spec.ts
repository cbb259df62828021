import { pino } from 'pino';
import { expect, it } from 'vitest';
import { ProblemLog } from './problem-log.js';

it('logs a problem at most once a minute, and counts the others', () => {
  const lines: unknown[] = [];
  const logger = pino(
    { base: null, timestamp: false },
    { write: (line) => lines.push(JSON.parse(line)) },
  );
  let now = 0;
  const log = new ProblemLog(logger, { monotonic: () => now });
  for (now = 0; now < 120_000; now += 1_000) log.report(`refused at ${now}`);
  expect(lines).toEqual([
    { level: 40, problem: 'refused at 0', msg: 'traces could not be exported' },
    { level: 40, problem: 'refused at 60000', not_logged: 59, msg: 'traces could not be exported' },
  ]);
});
