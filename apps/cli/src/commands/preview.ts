import type { Context } from '../api/context.js';
import type { Plan, PlannedDay, StartRequest } from '../api/wire.js';
import { EXIT } from '../terminal/exit-code.js';
import type { CliMessages } from '../terminal/messages.js';
import { printLines } from '../terminal/ports.js';
import { durationText } from '../watch/progress-text.js';

/** Prints the plan of a batch without starting it. */
export async function preview(context: Context, body: StartRequest): Promise<number> {
  const { client, ports, messages, isJson } = context;
  const plan = await client.post('/api/v1/sync-status/sync/batch/preview', { body });
  printLines(ports.stdout, ...(isJson ? [JSON.stringify(plan)] : planLines(plan, messages)));
  return EXIT.success;
}

/** The days of a plan, grouped by action and reason; consecutive days are joined. */
export function planLines(plan: Plan, messages: CliMessages): readonly string[] {
  const groups = (
    action: PlannedDay['action'],
    reasons: Plan['run_reasons'] | Plan['skip_reasons'],
  ) =>
    reasons.map(({ reason, count }) => {
      const ranges = joined(plan.days, (day) => day.action === action && day.reason === reason);
      return `  ${messages.reason[reason]}: ${count} (${ranges.join(', ')})`;
    });
  const { elsewhere, estimate, incomplete } = plan;
  // Weekends and holidays would be a line of hundreds of ranges.
  const others = plan.skip_reasons.find(({ reason }) => reason === 'not_expected')?.count ?? 0;
  const skips = plan.skip_reasons.filter(({ reason }) => reason !== 'not_expected');
  return [
    messages.planOf(plan),
    ...(others === 0 ? [] : [messages.expectedDays(plan.total - others, others)]),
    messages.toRun(plan.run),
    ...groups('run', plan.run_reasons),
    messages.toSkip(plan.skip - others),
    ...groups('skip', skips),
    ...(elsewhere === null
      ? []
      : [messages.elsewhere(elsewhere.table, elsewhere.days, elsewhere.tables)]),
    ...(incomplete === null ? [] : [messages.incomplete(incomplete.days, incomplete.columns)]),
    ...(estimate === null ? [] : [messages.about(durationText(estimate.likely_ms, messages))]),
    messages.planHash(plan.plan_hash),
  ];
}

/** Ranges of consecutive matching days, in the order of the plan. */
function joined(days: readonly PlannedDay[], isMatch: (day: PlannedDay) => boolean): string[] {
  const ranges: { first: string; last: string }[] = [];
  let open: { first: string; last: string } | undefined;
  for (const planned of days) {
    if (!isMatch(planned)) open = undefined;
    else if (open !== undefined) open.last = planned.day;
    else ranges.push((open = { first: planned.day, last: planned.day }));
  }
  return ranges.map(({ first, last }) => (first === last ? first : `${first}…${last}`));
}
