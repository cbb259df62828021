import { setTimeout as sleep } from 'node:timers/promises';
import { BusyError, UnreachableError } from '../api/failure.js';
import type { Context } from '../api/context.js';
import type { LogEntry } from '../api/wire.js';
import { EXIT, signalExit } from '../terminal/exit-code.js';
import type { CliMessages } from '../terminal/messages.js';
import { oneLine, printLines, StoppedError, stoppedBy } from '../terminal/ports.js';
import { localTime } from '../terminal/table.js';
import { PrintedEntries } from './printed-entries.js';

const READ_EVERY_MS = 2_000;
/** The most that the server gives at once. */
const MOST_ENTRIES = 10_000;

interface LogsOptions {
  /** Print at most so many earlier entries. */
  readonly limit: number;
  /** Print what happens later too, until the batch ends. */
  readonly follows: boolean;
}

/** Prints the log of a batch. */
export async function logs(
  context: Context,
  batchId: string,
  { follows, limit }: LogsOptions,
): Promise<number> {
  let page = await read(context, batchId, { limit });
  noteCut(context, page);
  const printed = new PrintedEntries(page);
  print(context, page.items);
  try {
    while (follows && !page.items.some(isEnd)) {
      await pause(context, READ_EVERY_MS);
      const next = await readLater(context, batchId, page.cursor);
      if (next === undefined) continue;
      page = next;
      noteCut(context, page);
      print(context, printed.new(page.items));
    }
  } catch (error) {
    if (error instanceof StoppedError) return signalExit(error.signal);
    throw error;
  }
  return EXIT.success;
}

type LogPage = Awaited<ReturnType<typeof read>>;

function read({ client }: Context, batchId: string, query: { limit?: number; since?: string }) {
  const path = '/api/v1/sync-status/sync/batch/{task_id}/log';
  return client.get(path, { path: { task_id: batchId }, query });
}

/** What has changed since; undefined while the server is away. */
async function readLater(
  context: Context,
  batchId: string,
  since: string,
): Promise<LogPage | undefined> {
  const { client, messages, ports } = context;
  try {
    return await read(context, batchId, { since, limit: MOST_ENTRIES });
  } catch (error) {
    const seconds = READ_EVERY_MS / 1_000;
    if (error instanceof UnreachableError) {
      printLines(ports.stderr, messages.noAnswer(client.url, seconds));
    } else if (error instanceof BusyError) {
      printLines(ports.stderr, messages.busy(seconds));
    } else throw error;
    return undefined;
  }
}

/** @throws {StoppedError} if a signal ends this command */
async function pause({ ports: { stopping } }: Context, ms: number): Promise<void> {
  try {
    await sleep(ms, undefined, { signal: stopping });
  } catch {
    throw new StoppedError(stoppedBy(stopping));
  }
}

/** Says that earlier entries are not here. */
function noteCut({ isJson, messages, ports }: Context, { items, truncated }: LogPage): void {
  if (truncated && !isJson) printLines(ports.stderr, messages.earlierEntries(items.length));
}

function isEnd({ day, kind }: LogEntry): boolean {
  return day === null && kind === 'ended';
}

function print({ ports, isJson, messages }: Context, entries: readonly LogEntry[]): void {
  const lines = entries.map((entry) =>
    isJson ? JSON.stringify(entry) : oneLine(entryLine(entry, messages)),
  );
  printLines(ports.stdout, ...lines);
}

/** Such as `2026-11-28 10:00:05  2025-10-03  attempt 1 failed  SOURCE_UNAVAILABLE: …`. */
function entryLine(entry: LogEntry, messages: CliMessages): string {
  const { at, by, code, day, kind, text, until } = entry;
  const detail = [code === null ? '' : messages.logCode(code), text ?? ''].filter(
    (part) => part !== '',
  );
  return [
    localTime(at),
    day ?? messages.logBatch,
    messages.logKind[kind](entry),
    ...(detail.length > 0 ? [detail.join(': ')] : []),
    ...(until === null ? [] : [messages.logUntil(localTime(until))]),
    ...(by === null ? [] : [messages.logBy(by)]),
  ].join('  ');
}
