// The program of a thread. It runs a module of the user's own, which may block or end it, and fetches a day at a time.
import { inspect } from 'node:util';
import { workerData, type MessagePort } from 'node:worker_threads';
import type { CalendarDay } from '@daysync/progress';
import { deepFreeze } from '../../config/deep-freeze.js';
import { shortenText } from '../../config/redact.js';
import { rowBytes } from '../../database/row-chunks.js';
import type { TargetValue } from '../../targets/column-types.js';
import { badRowText, isBadRow } from '../rows/bad-row.js';
import { isSourceError, type SourceError } from '../day-source.js';
import { createFilteredReader, type RowReading } from '../rows/row-reader.js';
import type { ProviderModuleConfig } from './provider-config.js';
import { providerFailure } from './provider-failure.js';
import { serveSourceEntry } from './provider-module.js';
import { ProviderSource } from './provider-source.js';

/** What a thread starts with. */
export interface ThreadData {
  readonly config: ProviderModuleConfig;
  /** Values are converted here: functions and instances of classes can't leave their thread. */
  readonly reading: RowReading;
  /** Of this thread alone: libraries of the user's post their own messages on `parentPort`. */
  readonly port: MessagePort;
}

/** What a thread is asked. */
export type ThreadRequest =
  | { readonly kind: 'fetch'; readonly day: CalendarDay }
  /** A message of rows has been read. */
  | { readonly kind: 'taken'; readonly bytes: number }
  /** Ends a day that is being fetched, the provider, and then the thread. */
  | { readonly kind: 'close' };

/** The fields of an error: its class does not come over. */
export type ThreadError = Pick<SourceError, 'kind' | 'code' | 'message' | 'place' | 'retryAfterMs'>;

/** A row that has no converted values, with its place in the message. */
export interface ThreadBadRow {
  readonly index: number;
  readonly error: ThreadError;
  readonly text: string;
}

/** What a thread answers. A day ends with `end`, `failed` or `broken`. */
export type ThreadAnswer =
  | {
      readonly kind: 'rows';
      readonly count: number;
      /** An upper bound of what the rows have in memory. */
      readonly bytes: number;
      /** The values of each column: a list for each row takes three times as long to read. A bad row has nulls. */
      readonly columns: readonly (readonly TargetValue[])[];
      readonly bad: readonly ThreadBadRow[];
    }
  | { readonly kind: 'end' }
  | {
      readonly kind: 'failed';
      readonly error: ThreadError;
      /** Whether nothing of the day runs any more. */
      readonly isOver: boolean;
    }
  /** Not the provider's fault. */
  | { readonly kind: 'broken'; readonly text: string }
  /** Nothing handles it. */
  | { readonly kind: 'rejection'; readonly text: string }
  | { readonly kind: 'closed'; readonly problem: string | null };

/** A message of rows ends here, or after one larger row. */
const MESSAGE_BYTES = 262_144;
/** Rows that wait to be read: beyond this, the provider waits. */
const MOST_BYTES_ON_THEIR_WAY = 2_097_152;
const MOST_CHARACTERS = 10_000;

class ProviderThreadProgram {
  private readonly source: ProviderSource;
  private readonly closing = new AbortController();
  private readonly port: MessagePort;
  private fetching: Promise<void> | undefined;
  private bytesOnTheirWay = 0;
  private wake: (() => void) | undefined;

  constructor(private readonly data: ThreadData) {
    const { config, port } = data;
    this.port = port;
    this.source = new ProviderSource({ ...config, options: deepFreeze(config.options) }, true);
  }

  take(request: ThreadRequest): void {
    switch (request.kind) {
      case 'fetch':
        this.fetching = this.fetch(request.day);
        return;
      case 'taken':
        this.bytesOnTheirWay -= request.bytes;
        this.wake?.();
        return;
      case 'close':
        void this.close();
        return;
    }
  }

  reportRejection(reason: unknown): void {
    this.answer({ kind: 'rejection', text: textOf(reason) });
  }

  private async fetch(day: CalendarDay): Promise<void> {
    const readRow = createFilteredReader(this.data.reading);
    const badRow = this.data.reading.columns.map(() => null);
    const { signal } = this.closing;
    try {
      for await (const chunk of this.source.fetchDay(day, signal)) {
        let message = new RowMessage();
        for (const row of chunk) {
          try {
            const values = readRow(row);
            if (values === undefined) continue;
            message.add(values);
          } catch (error) {
            const { goesOn = false } = this.data.reading;
            if (!goesOn || !isSourceError(error) || !isBadRow(error)) throw error;
            message.addBad(badRow, { error: fieldsOf(error), text: badRowText(row) });
          }
          if (message.bytes < MESSAGE_BYTES) continue;
          await this.send(message);
          message = new RowMessage();
        }
        if (message.rows.length > 0) await this.send(message);
      }
      this.answer({ kind: 'end' });
    } catch (error) {
      this.answer(
        isSourceError(error)
          ? { kind: 'failed', error: fieldsOf(error), isOver: !this.source.hasLeftDays }
          : { kind: 'broken', text: textOf(error) },
      );
    }
  }

  private async send({ bad, bytes, rows }: RowMessage): Promise<void> {
    const columns = rows[0]?.map((_, index) => rows.map((row) => row[index] ?? null)) ?? [];
    this.answer({ kind: 'rows', count: rows.length, bytes, columns, bad });
    this.bytesOnTheirWay += bytes;
    const { signal } = this.closing;
    while (this.bytesOnTheirWay >= MOST_BYTES_ON_THEIR_WAY && !signal.aborted) {
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
    signal.throwIfAborted();
  }

  /** The thread ends by itself once nothing of the provider is left to run. */
  private async close(): Promise<void> {
    this.closing.abort();
    this.wake?.();
    // The provider may need for its cleanup what `close` takes away.
    await this.fetching;
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

/** Rows that are sent together. */
class RowMessage {
  readonly rows: (readonly TargetValue[])[] = [];
  readonly bad: ThreadBadRow[] = [];
  bytes = 0;

  add(values: readonly TargetValue[]): void {
    this.rows.push(values);
    this.bytes += rowBytes(values);
  }

  /** @param values those of any bad row */
  addBad(values: readonly TargetValue[], { error, text }: Omit<ThreadBadRow, 'index'>): void {
    this.bad.push({ index: this.rows.length, error, text });
    this.add(values);
    this.bytes += rowBytes([error.message, text]);
  }
}

function fieldsOf({ kind, code, message, place, retryAfterMs }: SourceError): ThreadError {
  return { kind, code, message, place, retryAfterMs };
}

/** The text of something thrown, with its stack and its causes. */
function textOf(thrown: unknown): string {
  try {
    return shortenText(inspect(thrown), MOST_CHARACTERS);
  } catch {
    return `something of type ${typeof thrown} that can’t be shown`;
  }
}

serveSourceEntry();
const data = workerData as ThreadData;
const program = new ProviderThreadProgram(data);
process.on('unhandledRejection', (reason) => {
  program.reportRejection(reason);
});
data.port.on('message', (request: ThreadRequest) => {
  program.take(request);
});
