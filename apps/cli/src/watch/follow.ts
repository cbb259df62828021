import type { Progress } from '@daysync/progress';
import type { Context } from '../api/context.js';
import { BusyError, UnreachableError } from '../api/failure.js';
import type { BatchDay, UnreadableRow } from '../api/wire.js';
import { batchExit, EXIT, signalExit } from '../terminal/exit-code.js';
import { oneLine, printLines } from '../terminal/ports.js';
import { endLine } from './progress-text.js';
import { showJsonLines, showProgress } from './progress-view.js';
import { readProgress, watchBatch, type WatchEnd } from './watch-batch.js';

const MOST_FAILED_DAYS = 10;
const MOST_UNREADABLE_ROWS = 10;

/** Watches a batch until it ends, prints its result, and returns the exit code. */
export async function follow(context: Context, initial: Progress): Promise<number> {
  const end = await watch(context, initial);
  const { ports, messages, commandLine } = context;
  if (end.kind === 'ended') {
    const { dataset, start_date, end_date } = end.progress;
    return printEnd(context, end.progress, {
      verify: commandLine(`verify ${dataset} ${start_date} ${end_date}`),
      retry: commandLine(`retry ${initial.task_id}`),
      list: commandLine(`quarantine --batch ${initial.task_id}`),
    });
  }
  if (end.kind !== 'stopped') throw new TypeError(`expected an end, got ${end.kind}`);
  printLines(ports.stderr, messages.continues(commandLine(`watch ${initial.task_id}`)));
  return signalExit(end.signal);
}

/** Reads the batch once before it is polled: a wrong id or address fails at once. */
export async function watchCommand(context: Context, batchId: string): Promise<number> {
  return follow(context, await readProgress(context.client, batchId));
}

/** @param serverExit the exit code of the local server, where this command started one */
export async function watch(
  context: Context,
  initial: Progress,
  serverExit?: Promise<number>,
): Promise<WatchEnd> {
  const { ports, language, client, isJson } = context;
  const { stdout, stderr, stopping, random } = ports;
  const show = isJson ? showJsonLines : showProgress;
  const view = show({ stdout, stderr, language, now: client.now, url: client.url });
  return watchBatch(client, initial, { view, stopping, random, ...(serverExit && { serverExit }) });
}

/** The command lines for what a batch has left. */
interface NextCommands {
  /** Compares the days of the batch with their source. */
  readonly verify: string;
  /** Retries the failed days. */
  readonly retry: string;
  /** Lists the rows in quarantine. */
  readonly list: string;
}

/** Prints the result of a batch, its failed days and the rows without a readable day, and returns the exit code. */
export async function printEnd(
  context: Context,
  progress: Progress,
  commands: NextCommands,
): Promise<number> {
  const { ports, language, messages, isJson } = context;
  const print = (...lines: readonly string[]): void => printLines(ports.stdout, ...lines);
  const exitCode = batchExit(progress);
  if (isJson) return exitCode;
  print(endLine(progress, language));
  if (progress.error !== null) print(`${progress.error.code}: ${progress.error.text}`);
  if (isSyncedBefore(progress)) print(messages.syncedBefore(commands.verify));
  if (progress.failed > 0) {
    const failed = (await failedDays(context, progress.task_id)).slice(0, MOST_FAILED_DAYS);
    print(messages.failedDays(progress.failed), ...failed.map(failedDayLine));
    const more = progress.failed - failed.length;
    if (more > 0) print(`  ${messages.andMore(more)}`);
    print(progress.verify === 'report' ? messages.repairThem : messages.retryThem(commands.retry));
  }
  if (progress.unreadable_rows > 0) {
    const rows = await unreadableRows(context, progress.task_id);
    print(messages.unreadableRows(progress.unreadable_rows), ...rows.map(unreadableRowLine));
    const more = progress.unreadable_rows - rows.length;
    if (more > 0) print(`  ${messages.andMoreRows(more)}`);
  }
  // A server of an older version does not count them.
  if (progress.quarantined_rows > 0) {
    print(messages.quarantined(progress.quarantined_rows, commands.list));
  }
  return exitCode;
}

/** Whether a batch wrote nothing because its days were synced already. */
function isSyncedBefore({ failed, mode, skip_reasons, status, success }: Progress): boolean {
  return (
    status === 'completed' &&
    mode !== 'move' &&
    success + failed === 0 &&
    skip_reasons.some(({ reason }) => reason === 'already_synced')
  );
}

/** Prints the state of a batch that is not watched, and the command that watches it. */
export function printStarted(context: Context, progress: Progress): number {
  const { ports, messages, isJson, commandLine } = context;
  if (isJson) printLines(ports.stdout, JSON.stringify(progress));
  else {
    printLines(ports.stdout, `${progress.task_id}: ${progress.message}`);
    if (progress.finished_at === null) {
      printLines(ports.stdout, messages.watchIt(commandLine(`watch ${progress.task_id}`)));
    }
  }
  return EXIT.success;
}

async function failedDays({ client }: Context, batchId: string): Promise<readonly BatchDay[]> {
  const path = '/api/v1/sync-status/sync/batch/{task_id}/days';
  try {
    const { items } = await client.get(path, { path: { task_id: batchId } });
    return items.filter(({ state }) => state === 'failed');
  } catch (error) {
    // The counts are printed already; the list of days is optional.
    if (error instanceof UnreachableError || error instanceof BusyError) return [];
    throw error;
  }
}

async function unreadableRows(
  { client }: Context,
  batchId: string,
): Promise<readonly UnreadableRow[]> {
  const path = '/api/v1/sync-status/sync/batch/{task_id}/unreadable-rows';
  const query = { page_size: MOST_UNREADABLE_ROWS };
  try {
    return (await client.get(path, { path: { task_id: batchId }, query })).items;
  } catch (error) {
    // Their number is printed already.
    if (error instanceof UnreachableError || error instanceof BusyError) return [];
    throw error;
  }
}

/** Such as `data/weather.csv row 1462, column "date": expected …: total,,,`. */
function unreadableRowLine({ file, text, content }: UnreadableRow): string {
  return `  ${oneLine(`${file} ${text}: ${content}`)}`;
}

function failedDayLine({ day, error }: BatchDay): string {
  return error === null ? `  ${day}` : `  ${day} ${error.code}: ${error.text}`;
}
