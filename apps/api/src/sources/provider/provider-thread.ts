// The program of a thread. It runs a module of the user's own, which may block or end it, and fetches a day at a time.
import { inspect } from 'node:util';
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import type { CalendarDay } from '@daysync/progress';
import { deepFreeze } from '../../config/deep-freeze.js';
import type { TargetValue } from '../../targets/column-types.js';
import type { TargetColumn } from '../../targets/target.js';
import { isSourceError, type SourceError } from '../day-source.js';
import { createRowReader } from '../row-reader.js';
import type { ProviderModuleConfig } from './provider-config.js';
import { providerFailure } from './provider-failure.js';
import { serveSourceEntry } from './provider-module.js';
import { ProviderSource } from './provider-source.js';

/** What a thread starts with. */
export interface ThreadData {
  readonly config: ProviderModuleConfig;
  /** Values are converted here: functions and instances of classes can't leave their thread. */
  readonly columns: readonly TargetColumn[];
}

/** What a thread is asked. */
export type ThreadRequest =
  | { readonly kind: 'fetch'; readonly day: CalendarDay }
  /** A message of rows has been read. */
  | { readonly kind: 'taken' }
  /** Ends a day that is being fetched, the provider, and then the thread. */
  | { readonly kind: 'close' };

/** The fields of an error: its class does not come over. */
export type ThreadError = Pick<SourceError, 'kind' | 'code' | 'message' | 'place' | 'retryAfterMs'>;

/** What a thread answers. A day ends with `end`, `failed` or `broken`. */
export type ThreadAnswer =
  | {
      readonly kind: 'rows';
      readonly count: number;
      /** The values of each column: a list for each row takes three times as long to read. */
      readonly columns: readonly (readonly TargetValue[])[];
    }
  | { readonly kind: 'end' }
  | { readonly kind: 'failed'; readonly error: ThreadError }
  /** Not the provider's fault. */
  | { readonly kind: 'broken'; readonly stack: string }
  | { readonly kind: 'rejection'; readonly stack: string }
  | { readonly kind: 'closed'; readonly problem: string | null };

/** Messages of rows that wait to be read, each of about 256 KiB at most. */
const MOST_ON_THEIR_WAY = 8;
const MOST_TEXT = 10_000;

class ProviderThreadProgram {
  private readonly source: ProviderSource;
  private readonly closing = new AbortController();
  private onTheirWay = 0;
  private wake: (() => void) | undefined;

  constructor(
    private readonly port: MessagePort,
    private readonly data: ThreadData,
  ) {
    const { config } = data;
    this.source = new ProviderSource({ ...config, options: deepFreeze(config.options) });
  }

  take(request: ThreadRequest): void {
    switch (request.kind) {
      case 'fetch':
        void this.fetch(request.day);
        return;
      case 'taken':
        this.onTheirWay -= 1;
        this.wake?.();
        return;
      case 'close':
        void this.close();
        return;
    }
  }

  reportRejection(reason: unknown): void {
    this.answer({ kind: 'rejection', stack: stackOf(reason) });
  }

  private async fetch(day: CalendarDay): Promise<void> {
    const readRow = createRowReader(this.data.columns);
    const { signal } = this.closing;
    try {
      for await (const chunk of this.source.fetchDay(day, signal)) {
        this.answer(rowsMessage(chunk.map(readRow)));
        this.onTheirWay += 1;
        while (this.onTheirWay >= MOST_ON_THEIR_WAY && !signal.aborted) await this.nextTaken();
      }
      this.answer({ kind: 'end' });
    } catch (error) {
      this.answer(
        isSourceError(error)
          ? { kind: 'failed', error: fieldsOf(error) }
          : { kind: 'broken', stack: stackOf(error) },
      );
    }
  }

  private nextTaken(): Promise<void> {
    return new Promise((resolve) => (this.wake = resolve));
  }

  /** The thread ends by itself once nothing of the provider is left to run. */
  private async close(): Promise<void> {
    this.closing.abort();
    this.wake?.();
    let problem: string | null = null;
    try {
      await this.source.close();
    } catch (error) {
      ({ message: problem } = providerFailure(error));
    }
    this.answer({ kind: 'closed', problem });
    this.port.close();
  }

  private answer(answer: ThreadAnswer): void {
    this.port.postMessage(answer);
  }
}

function rowsMessage(rows: RowValues): ThreadAnswer {
  const columns = rows[0]?.map((_, index) => rows.map((row) => row[index] ?? null)) ?? [];
  return { kind: 'rows', count: rows.length, columns };
}

type RowValues = readonly (readonly TargetValue[])[];

function fieldsOf({ kind, code, message, place, retryAfterMs }: SourceError): ThreadError {
  return { kind, code, message, place, retryAfterMs };
}

/** The text of something thrown, with its stack. */
function stackOf(thrown: unknown): string {
  try {
    const stack = thrown instanceof Error ? thrown.stack : undefined;
    return (stack ?? inspect(thrown)).slice(0, MOST_TEXT);
  } catch {
    return `something of type ${typeof thrown} that can’t be shown`;
  }
}

if (parentPort !== null) {
  serveSourceEntry();
  const program = new ProviderThreadProgram(parentPort, workerData as ThreadData);
  process.on('unhandledRejection', (reason) => {
    program.reportRejection(reason);
  });
  parentPort.on('message', (request: ThreadRequest) => {
    program.take(request);
  });
}
