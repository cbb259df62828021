import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { Injectable, Optional, type OnModuleDestroy } from '@nestjs/common';
import type { Refused } from '../sync/refusal.js';

export interface ExportLimits {
  /** A client that reads nothing for so long is gone. */
  readonly silenceMs: number;
}

/** What a file has, for its name. */
interface ExportedFile {
  readonly kind: 'records' | 'quarantine' | 'log' | 'finding';
  /** The dataset, the batch or the day that it is about; undefined for all. */
  readonly of: string | undefined;
}

const LIMITS: ExportLimits = { silenceMs: 60_000 };
export type ExportResult =
  /** The file is sent, or the caller has left. */
  { readonly kind: 'ended' } | Refused<'stopping'>;

/** Streams an export to the caller, no faster than the caller reads it. */
@Injectable()
export class ExportAnswer implements OnModuleDestroy {
  private readonly stopping = new AbortController();

  constructor(@Optional() private readonly limits: ExportLimits = LIMITS) {}

  /** Breaks the connections of exports: a file that is cut off must not look complete. */
  onModuleDestroy(): void {
    this.stopping.abort();
  }

  /**
   * Sends the file, or for a `HEAD` its head alone, and stops reading when the caller leaves. An error before the first piece can still be answered; a
   * later one breaks the connection.
   * @param read reads the file, in pieces, until its signal is aborted
   * @throws any error of reading
   */
  async send(
    file: ExportedFile,
    read: (signal: AbortSignal) => AsyncGenerator<string>,
    response: ServerResponse,
  ): Promise<ExportResult> {
    // Its `close` event is over, so nothing would stop the reading.
    if (response.destroyed) return { kind: 'ended' };
    if (response.req.method === 'HEAD') {
      writeHead(file, response);
      response.end();
      return { kind: 'ended' };
    }
    const left = new AbortController();
    response.once('close', () => {
      left.abort();
    });
    const signal = AbortSignal.any([left.signal, this.stopping.signal]);
    const pieces = read(signal);
    try {
      const first = await pieces.next();
      writeHead(file, response);
      response.setTimeout(this.limits.silenceMs, () => response.destroy());
      await pipeline(begunWith(first, pieces), response);
    } catch (error) {
      if (!isEndOfReader(error)) throw error;
      if (this.stopping.signal.aborted) return { kind: 'stopping' };
    }
    return { kind: 'ended' };
  }
}

function writeHead({ of, kind }: ExportedFile, response: ServerResponse): void {
  const name = of === undefined ? kind : `${kind}-${of}`;
  response.writeHead(200, {
    'content-type': 'text/csv; charset=utf-8',
    // Names have no character that would need escaping.
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

/** Whether an error means that the reader has left. By its name, since its class may belong to another realm. */
function isEndOfReader(error: unknown): boolean {
  const { name, code } = error as { readonly name?: unknown; readonly code?: unknown };
  return name === 'AbortError' || code === 'ERR_STREAM_PREMATURE_CLOSE';
}
