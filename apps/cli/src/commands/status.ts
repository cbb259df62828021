import { asProgress, type BatchQuery } from '../api/wire.js';
import { EXIT } from '../exit-code.js';
import { say } from '../ports.js';
import { localTime, textTable } from '../text-table.js';
import { countText } from '../watch/progress-text.js';
import type { Context } from './context.js';

/** Lists batches: the active ones first, then the newest. */
export async function status(context: Context, query: BatchQuery): Promise<number> {
  const { client, ports, words, isJson } = context;
  const page = await client.get('/api/v1/sync-status/sync/batch', { query });
  if (isJson) {
    say(ports.stdout, JSON.stringify(page));
    return EXIT.good;
  }
  if (page.items.length === 0) {
    say(ports.stdout, words.noBatches);
    return EXIT.good;
  }
  const rows = page.items
    .map(asProgress)
    .map((batch) => [
      batch.task_id,
      batch.dataset,
      words.state[batch.status],
      countText(batch),
      String(batch.success),
      String(batch.failed),
      String(batch.skipped),
      localTime(batch.updated_at),
    ]);
  say(ports.stdout, ...textTable(words.batchColumns, rows));
  if (page.total > rows.length) say(ports.stdout, words.shown(rows.length, page.total));
  return EXIT.good;
}
