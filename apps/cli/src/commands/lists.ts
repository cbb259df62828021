import { once } from 'node:events';
import { UnreachableError } from '../api/failure.js';
import {
  asProgress,
  type BatchQuery,
  type RecordQuery,
  type Schedule,
  type SyncRecord,
} from '../api/wire.js';
import { EXIT } from '../exit-code.js';
import { say, StoppedError, stoppedBy } from '../ports.js';
import { localTime, textTable } from '../text-table.js';
import { countText } from '../watch/progress-text.js';
import type { CliWords } from '../words.js';
import type { Context } from './context.js';

type Row = readonly string[];

/** Lists batches: the active ones first, then the newest. */
export async function status(context: Context, query: BatchQuery): Promise<number> {
  const { client, words } = context;
  const page = await client.get('/api/v1/sync-status/sync/batch', { query });
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
  return tellList(context, page, { head: words.batchColumns, rows, none: words.noBatches });
}

/** Lists a page of sync records. */
export async function records(context: Context, query: RecordQuery): Promise<number> {
  const { client, words } = context;
  const page = await client.get('/api/v1/sync-status/records', { query });
  const rows = page.items.map((record) => recordCells(record, words));
  return tellList(context, page, { head: words.recordColumns, rows, none: words.noRecords });
}

/** Writes all sync records that are asked for as CSV, as the server has them. */
export async function exportRecords(
  { client, ports, words }: Context,
  query: Omit<RecordQuery, 'page' | 'page_size'>,
): Promise<number> {
  const { stdout, stopping } = ports;
  const answer = await client.open('/api/v1/sync-status/records/export', { query });
  try {
    for await (const chunk of answer.body as ReadableStream<Uint8Array>) {
      if (!stdout.write(chunk)) await once(stdout, 'drain');
    }
  } catch {
    // Whoever reads has had enough.
    if (stopping.reason === 'SIGPIPE') return EXIT.good;
    if (stopping.aborted) throw new StoppedError(stoppedBy(stopping));
    throw new UnreachableError(words.cutShort, true);
  }
  return EXIT.good;
}

/** Lists the schedules of the datasets that have one, with their next firings. */
export async function schedules(context: Context): Promise<number> {
  const { client, words } = context;
  const datasets = await client.get('/api/v1/sync-status/datasets', {});
  const items = datasets.items.flatMap(({ name, schedule }) =>
    schedule === null ? [] : [{ dataset: name, schedule }],
  );
  const rows = items.flatMap(({ dataset, schedule }) => scheduleRows(dataset, schedule, words));
  return tellList(
    context,
    { items },
    { head: words.scheduleColumns, rows, none: words.noSchedules },
  );
}

function tellList(
  { ports, words, isJson }: Context,
  page: { readonly items: readonly unknown[]; readonly total?: number },
  { head, rows, none }: { head: Row; rows: readonly Row[]; none: string },
): number {
  const shown = page.items.length;
  const { total = shown } = page;
  if (isJson) say(ports.stdout, JSON.stringify(page));
  else if (shown === 0) say(ports.stdout, none);
  else {
    say(ports.stdout, ...textTable(head, rows));
    if (total > shown) say(ports.stdout, words.shown(shown, total));
  }
  return EXIT.good;
}

function recordCells(record: SyncRecord, words: CliWords): Row {
  const { day, dataset, status, rows, attempts, last_tried_at, reason, error } = record;
  return [
    day,
    dataset,
    words.outcome[status],
    rows === null ? '' : String(rows),
    String(attempts),
    localTime(last_tried_at),
    error?.code ?? (reason === null ? '' : words.reason[reason]),
  ];
}

/** A row a firing; the first of them has the rest. */
function scheduleRows(dataset: string, schedule: Schedule, words: CliWords): readonly Row[] {
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
