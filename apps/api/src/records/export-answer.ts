import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { Problem } from '../http/problem.js';
import { RecordsExport } from './records-export.js';
import { RecordFilterDto } from './records.dto.js';

/** Who takes nothing for so long has gone without a word. */
const SILENCE_MS = 60_000;
/** After so long it is worth while to ask again. */
const COMES_BACK_SECONDS = 1;

/** Answers with an export as it is read, no faster than the caller takes it. */
@Injectable()
export class ExportAnswer implements BeforeApplicationShutdown {
  private readonly stopping = new AbortController();

  constructor(@Inject(RecordsExport) private readonly records: Pick<RecordsExport, 'read'>) {}

  /** Ends those that are being sent: a file that is cut off does not look whole. */
  beforeApplicationShutdown(): void {
    this.stopping.abort();
  }

  /**
   * Sends the file. A caller who leaves ends the reading; what fails before the first piece can be answered as any
   * error, and what fails later breaks the connection.
   * @throws what the reading throws, and {Problem} `STOPPING`
   */
  async send(filter: RecordFilterDto, response: ServerResponse): Promise<void> {
    const left = new AbortController();
    response.once('close', () => {
      left.abort();
    });
    const signal = AbortSignal.any([left.signal, this.stopping.signal]);
    const pieces = this.records.read(filter, signal);
    try {
      const first = await pieces.next();
      writeHead(filter, response);
      response.setTimeout(SILENCE_MS, () => response.destroy());
      await pipeline(begunWith(first, pieces), response);
    } catch (error) {
      if (!isEndOfReader(error)) throw error;
      // Where the caller has left, nobody is there to be told.
      if (this.stopping.signal.aborted) {
        throw new Problem('STOPPING', 'expected a program that goes on', {}, COMES_BACK_SECONDS);
      }
    }
  }

  /** Answers a HEAD. */
  sendHead(filter: RecordFilterDto, response: ServerResponse): void {
    writeHead(filter, response);
    response.end();
  }
}

function writeHead({ dataset }: RecordFilterDto, response: ServerResponse): void {
  const name = dataset === undefined ? 'records' : `records-${dataset}`;
  response.writeHead(200, {
    'content-type': 'text/csv; charset=utf-8',
    // A name needs no quotes and no code in which to write them.
    'content-disposition': `attachment; filename="${name.replaceAll(/[^\w-]/g, '_')}.csv"`,
    'cache-control': 'no-store',
  });
}

async function* begunWith(
  first: IteratorResult<string>,
  others: AsyncGenerator<string>,
): AsyncGenerator<string> {
  if (first.done !== true) yield first.value;
  yield* others;
}

/** Whether an error says that nobody takes the file any more. By its name: its class may be that of another realm. */
function isEndOfReader(error: unknown): boolean {
  const { name, code } = error as { readonly name?: unknown; readonly code?: unknown };
  return name === 'AbortError' || code === 'ERR_STREAM_PREMATURE_CLOSE';
}
