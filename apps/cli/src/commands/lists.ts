import { once } from 'node:events';
import { UnreachableError } from '../api/failure.js';
import {
  asProgress,
  type BatchQuery,
  type RecordQuery,
  type Schedule,
  type SyncRecord,
} from '../api/wire.js';
import { EXIT } from '../terminal/exit-code.js';
import { printLines, StoppedError, stoppedBy } from '../terminal/ports.js';
import { localTime, textTable } from '../terminal/table.js';
import { countText } from '../watch/progress-text.js';
import type { CliMessages } from '../terminal/messages.js';
import type { Context } from '../api/context.js';

type Row = readonly string[];

/** Active batches first, then the newest. */
export async function status(context: Context, query: BatchQuery): Promise<number> {
  const { client, messages } = context;
  const page = await client.get('/api/v1/sync-status/sync/batch', { query });
  const rows = page.items
    .map(asProgress)
    .map((batch) => [
      batch.task_id,
      batch.dataset,
      messages.state[batch.status],
      countText(batch),
      String(batch.success),
      String(batch.failed),
      String(batch.skipped),
      localTime(batch.updated_at),
    ]);
  return printList(context, page, { head: messages.batchColumns, rows, none: messages.noBatches });
}

export async function records(context: Context, query: RecordQuery): Promise<number> {
  const { client, messages } = context;
  const page = await client.get('/api/v1/sync-status/records', { query });
  const rows = page.items.map((record) => recordCells(record, messages));
  return printList(context, page, { head: messages.recordColumns, rows, none: messages.noRecords });
}

/** Writes all matching sync records as CSV. */
export async function exportRecords(
  context: Context,
  query: Omit<RecordQuery, 'page' | 'page_size'>,
): Promise<number> {
  return printCsv(
    context,
    await context.client.open('/api/v1/sync-status/records/export', { query }),
  );
}

/** Writes a file of the server as it comes. */
export async function printCsv({ ports, messages }: Context, answer: Response): Promise<number> {
  const { stdout, stopping } = ports;
  try {
    for await (const chunk of answer.body as ReadableStream<Uint8Array>) {
      if (!stdout.write(chunk)) await once(stdout, 'drain');
    }
  } catch {
    // The reader closed the pipe.
    if (stopping.reason === 'SIGPIPE') return EXIT.success;
    if (stopping.aborted) throw new StoppedError(stoppedBy(stopping));
    throw new UnreachableError(messages.cutShort, true);
  }
  return EXIT.success;
}

export async function schedules(context: Context): Promise<number> {
  const { client, messages } = context;
  const datasets = await client.get('/api/v1/sync-status/datasets', {});
  const items = datasets.items.flatMap(({ name, schedule }) =>
    schedule === null ? [] : [{ dataset: name, schedule }],
  );
  const rows = items.flatMap(({ dataset, schedule }) => scheduleRows(dataset, schedule, messages));
  return printList(
    context,
    { items },
    { head: messages.scheduleColumns, rows, none: messages.noSchedules },
  );
}

export function printList(
  { ports, messages, isJson }: Context,
  page: { readonly items: readonly unknown[]; readonly total?: number },
  { head, rows, none }: { head: Row; rows: readonly Row[]; none: string },
): number {
  const shown = page.items.length;
  const { total = shown } = page;
  if (isJson) printLines(ports.stdout, JSON.stringify(page));
  else if (shown === 0) printLines(ports.stdout, none);
  else {
    printLines(ports.stdout, ...textTable(head, rows));
    if (total > shown) printLines(ports.stdout, messages.shown(shown, total));
  }
  return EXIT.success;
}

function recordCells(record: SyncRecord, messages: CliMessages): Row {
  const { day, dataset, status, rows, attempts, last_tried_at, reason, error } = record;
  const isElsewhere = record.elsewhere && status === 'success';
  return [
    day,
    dataset,
    isElsewhere ? messages.notInTarget : messages.outcome[status],
    rows === null ? '' : String(rows),
    String(attempts),
    localTime(last_tried_at),
    error?.code ?? (reason === null ? unusualText(record, messages) : messages.reason[reason]),
  ];
}

/** What a day is marked for, unless it is accepted. */
function unusualText({ accepted_at, marks }: SyncRecord, messages: CliMessages): string {
  if (marks.length === 0 || accepted_at !== null) return '';
  return messages.unusual(marks.map(({ of }) => of).join(', '));
}

/** One row per next run; the first row has the other columns too. */
function scheduleRows(dataset: string, schedule: Schedule, messages: CliMessages): readonly Row[] {
  const { cron, time_zone, lookback_days, mode, last_run, next_runs } = schedule;
  const last =
    last_run === null ? '–' : `${localTime(last_run.at)} ${messages.scheduleRun[last_run.outcome]}`;
  const first = [dataset, cron, time_zone, String(lookback_days), mode, last];
  const none = first.map(() => '');
  const [next, ...later] = next_runs.map(localTime);
  return [[...first, next ?? '–'], ...later.map((time) => [...none, time])];
}
