import type { Schedule } from '../api/wire.js';
import { EXIT } from '../exit-code.js';
import { say } from '../ports.js';
import { localTime, textTable } from '../text-table.js';
import type { Words } from '../words.js';
import type { Context } from './context.js';

/** Lists the schedules of the datasets that have one, with their next firings. */
export async function schedules({ client, ports, words, isJson }: Context): Promise<number> {
  const { items } = await client.get('/api/v1/sync-status/datasets', {});
  const scheduled = items.flatMap(({ name, schedule }) =>
    schedule === null ? [] : [{ dataset: name, schedule }],
  );
  if (isJson) say(ports.stdout, JSON.stringify({ items: scheduled }));
  else if (scheduled.length === 0) say(ports.stdout, words.noSchedules);
  else {
    const rows = scheduled.flatMap(({ dataset, schedule }) => rowsOf(dataset, schedule, words));
    say(ports.stdout, ...textTable(words.scheduleColumns, rows));
  }
  return EXIT.good;
}

/** A row a firing; the first of them has the rest. */
function rowsOf(dataset: string, schedule: Schedule, words: Words): readonly (readonly string[])[] {
  const { cron, time_zone, lookback_days, mode, last_firing, next_firings } = schedule;
  const last =
    last_firing === null
      ? '–'
      : `${localTime(last_firing.at)} ${words.firing[last_firing.outcome]}`;
  const first = [dataset, cron, time_zone, String(lookback_days), mode, last];
  const none = first.map(() => '');
  const [next, ...later] = next_firings.map(localTime);
  return [[...first, next ?? '–'], ...later.map((time) => [...none, time])];
}
