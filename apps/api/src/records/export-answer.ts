import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { Inject, Injectable, Optional, type BeforeApplicationShutdown } from '@nestjs/common';
import type { Refused } from '../sync/refusal.js';
import { RecordsExport } from './records-export.js';
import { RecordFilterDto } from './records.dto.js';

/** What exports may take. */
export interface ExportLimits {
  /** How many are sent at a time: each keeps a number a record, and the next to be sorted waits for those before it. */
  readonly open: number;
  /** Who takes nothing for so long has gone without a word. */
  readonly silenceMs: number;
}

const LIMITS: ExportLimits = { open: 4, silenceMs: 60_000 };
/** How the sending of an export ended. */
export type ExportResult =
  /** Also where the caller has left. */
  { readonly kind: 'ended' } | Refused<'too_many_exports' | 'stopping'>;

/** Answers with an export as it is read, no faster than the caller takes it. */
@Injectable()
export class ExportAnswer implements BeforeApplicationShutdown {
  private readonly stopping = new AbortController();

  private open = 0;

  constructor(
    @Inject(RecordsExport) private readonly records: Pick<RecordsExport, 'read'>,
    @Optional() private readonly limits: ExportLimits = LIMITS,
  ) {}

  /** Ends those that are being sent: a file that is cut off does not look whole. */
  beforeApplicationShutdown(): void {
    this.stopping.abort();
  }

  /**
   * Sends the file. A caller who leaves ends the reading; what fails before the first piece can be answered as any
   * error, and what fails later breaks the connection.
   * @throws what the reading throws
   */
  async send(filter: RecordFilterDto, response: ServerResponse): Promise<ExportResult> {
    const { open: limit } = this.limits;
    if (this.open >= limit) return { kind: 'too_many_exports', limit };
    this.open += 1;
    try {
      return await this.sendPieces(filter, response);
    } finally {
      this.open -= 1;
    }
  }

  private async sendPieces(
    filter: RecordFilterDto,
    response: ServerResponse,
  ): Promise<ExportResult> {
    // Its `close` has been: nothing would end the reading.
    if (response.destroyed) return { kind: 'ended' };
    const left = new AbortController();
    response.once('close', () => {
      left.abort();
    });
    const signal = AbortSignal.any([left.signal, this.stopping.signal]);
    const pieces = this.records.read(filter, signal);
    try {
      const first = await pieces.next();
      writeHead(filter, response);
      response.setTimeout(this.limits.silenceMs, () => response.destroy());
      await pipeline(begunWith(first, pieces), response);
    } catch (error) {
      if (!isEndOfReader(error)) throw error;
      if (this.stopping.signal.aborted) return { kind: 'stopping' };
    }
    return { kind: 'ended' };
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
