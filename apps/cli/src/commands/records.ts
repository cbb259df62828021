import { once } from 'node:events';
import { StoppedError, stoppedBy, say } from '../ports.js';
import { UnreachableError } from '../api/failure.js';
import type { RecordQuery, SyncRecord } from '../api/wire.js';
import { EXIT } from '../exit-code.js';
import { localTime, textTable } from '../text-table.js';
import type { Words } from '../words.js';
import type { Context } from './context.js';

/** Lists a page of sync records. */
export async function records(context: Context, query: RecordQuery): Promise<number> {
  const { client, ports, words, isJson } = context;
  const page = await client.get('/api/v1/sync-status/records', { query });
  if (isJson) {
    say(ports.stdout, JSON.stringify(page));
    return EXIT.good;
  }
  if (page.items.length === 0) {
    say(ports.stdout, words.noRecords);
    return EXIT.good;
  }
  const rows = page.items.map((record) => recordCells(record, words));
  say(ports.stdout, ...textTable(words.recordColumns, rows));
  if (page.total > rows.length) say(ports.stdout, words.shown(rows.length, page.total));
  return EXIT.good;
}

function recordCells(record: SyncRecord, words: Words): readonly string[] {
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
