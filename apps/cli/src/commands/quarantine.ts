import type { Context } from '../api/context.js';
import {
  asProgress,
  type QuarantinedRow,
  type QuarantineQuery,
  type QuarantineRetry,
} from '../api/wire.js';
import { oneLine } from '../terminal/ports.js';
import { follow, printStarted } from '../watch/follow.js';
import { printCsv, printList } from './lists.js';

/** The most characters of a row and of its error in the list. */
const MOST_SHOWN = 60;

/** Lists the rows that did not fit. */
export async function quarantine(context: Context, query: QuarantineQuery): Promise<number> {
  const { client, messages } = context;
  const page = await client.get('/api/v1/sync-status/quarantine', { query });
  const rows = page.items.map(quarantineCells);
  return printList(context, page, {
    head: messages.quarantineColumns,
    rows,
    none: messages.noQuarantine,
  });
}

/** Writes all matching rows as CSV. */
export async function exportQuarantine(
  context: Context,
  query: Omit<QuarantineQuery, 'page' | 'page_size'>,
): Promise<number> {
  return printCsv(
    context,
    await context.client.open('/api/v1/sync-status/quarantine/export', { query }),
  );
}

/** Syncs the days again that have rows in quarantine, in a new batch. */
export async function retryQuarantine(
  context: Context,
  body: QuarantineRetry,
  isWatched: boolean,
): Promise<number> {
  const { client, ports } = context;
  const path = '/api/v1/sync-status/quarantine/retry';
  const started = asProgress(await client.post(path, { body }, ports.newKey()));
  return isWatched ? follow(context, started) : printStarted(context, started);
}

function quarantineCells(row: QuarantinedRow): readonly string[] {
  const { dataset, day, file, code, column, text, content } = row;
  return [
    day ?? '–',
    dataset,
    shorten(file),
    String(row.row),
    code,
    column === null ? '' : shorten(column),
    // Row and column have their own cells.
    shorten(text.replace(/^row \d+(?:, column .+?)?: (?=expected )/s, '')),
    shorten(content),
  ];
}

function shorten(text: string): string {
  const line = oneLine(text);
  return line.length <= MOST_SHOWN ? line : `${line.slice(0, MOST_SHOWN - 1)}…`;
}
