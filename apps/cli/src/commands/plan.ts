import type { Plan, PlannedDay, StartRequest } from '../api/wire.js';
import { EXIT } from '../exit-code.js';
import { say } from '../ports.js';
import { durationText } from '../watch/progress-text.js';
import type { CliWords } from '../words.js';
import type { Context } from './context.js';

/** Shows what a start would do, and starts nothing. */
export async function tellPlan(context: Context, request: StartRequest): Promise<number> {
  const { client, ports, words, isJson } = context;
  const { plan_hash: _, ...body } = request;
  const plan = await client.post('/api/v1/sync-status/sync/batch/preview', { body });
  say(ports.stdout, ...(isJson ? [JSON.stringify(plan)] : planLines(plan, words)));
  return EXIT.good;
}

/** A plan for people: its days by what is done with them and why, neighbours joined. */
export function planLines(plan: Plan, words: CliWords): readonly string[] {
  const groups = (
    action: PlannedDay['action'],
    reasons: Plan['run_reasons'] | Plan['skip_reasons'],
  ) =>
    reasons.map(({ reason, count }) => {
      const ranges = joined(plan.days, (day) => day.action === action && day.reason === reason);
      return `  ${words.reason[reason]}: ${count} (${ranges.join(', ')})`;
    });
  const { estimate } = plan;
  return [
    words.planOf(plan),
    words.toRun(plan.run),
    ...groups('run', plan.run_reasons),
    words.toSkip(plan.skip),
    ...groups('skip', plan.skip_reasons),
    ...(estimate === null ? [] : [words.about(durationText(estimate.likely_ms, words))]),
    words.planHash(plan.plan_hash),
  ];
}

/** The runs of neighbours among the days that are wanted, in the order of the plan. */
function joined(days: readonly PlannedDay[], isWanted: (day: PlannedDay) => boolean): string[] {
  const runs: { first: string; last: string }[] = [];
  let open: { first: string; last: string } | undefined;
  for (const one of days) {
    if (!isWanted(one)) open = undefined;
    else if (open !== undefined) open.last = one.day;
    else runs.push((open = { first: one.day, last: one.day }));
  }
  return runs.map(({ first, last }) => (first === last ? first : `${first}…${last}`));
}
