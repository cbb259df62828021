import { once } from 'node:events';
import { createServer, get, IncomingMessage, ServerResponse, type Server } from 'node:http';
import { Socket, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { ExportAnswer, type ExportLimits, type ExportResult } from './export-answer.js';

const PIECE = 'x'.repeat(64_000);
/** More than all buffers between here and there. */
const MANY = 1_000;

/** One server that answers with what `read` gives; what sending returns and throws is kept. */
class Sending {
  readonly answer: ExportAnswer;
  readonly server: Server;
  thrown: unknown;
  readonly results: ExportResult[] = [];
  given = 0;
  hasEnded = false;

  constructor(
    private readonly pieces: (sending: Sending, signal: AbortSignal) => AsyncGenerator<string>,
    limits?: ExportLimits,
  ) {
    this.answer = new ExportAnswer(limits);
    this.server = createServer((request, response) => {
      this.answer
        .send({ kind: 'records', of: 'a/"b' }, this.read, response)
        .then((result) => {
          this.results.push(result);
          if (result.kind !== 'ended') response.destroy();
        })
        .catch((error: unknown) => {
          this.thrown = error;
          response.destroy();
        });
    });
  }

  readonly read = (signal: AbortSignal): AsyncGenerator<string> =>
    this.counted(this.pieces(this, signal));

  async *counted(pieces: AsyncGenerator<string>): AsyncGenerator<string> {
    try {
      for await (const piece of pieces) {
        this.given += 1;
        yield piece;
      }
    } finally {
      this.hasEnded = true;
    }
  }

  async ask(): Promise<IncomingMessage> {
    if (!this.server.listening) await once(this.server.listen(0, '127.0.0.1'), 'listening');
    const { port } = this.server.address() as AddressInfo;
    const [response] = (await once(get({ port, agent: false }), 'response')) as [IncomingMessage];
    return response;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

let opened: Sending | undefined;
afterEach(() => opened?.close());

function open(...settings: ConstructorParameters<typeof Sending>): Sending {
  return (opened = new Sending(...settings));
}

async function* manyPieces(): AsyncGenerator<string> {
  for (let piece = 0; piece < MANY; piece++) {
    await Promise.resolve();
    yield PIECE;
  }
}

/** Gives no piece for a minute. */
async function* silence(_: Sending, signal: AbortSignal): AsyncGenerator<string> {
  await sleep(60_000, undefined, { signal });
  yield PIECE;
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(5);
}

async function sizeOf(response: IncomingMessage): Promise<number> {
  let size = 0;
  for await (const chunk of response) size += (chunk as Buffer).length;
  return size;
}

describe('an export', () => {
  it('is sent whole, under a name that needs no quotes', async () => {
    const sending = open(manyPieces);
    const response = await sending.ask();
    expect(response.headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': 'attachment; filename="records-a__b.csv"',
      'cache-control': 'no-store',
    });
    expect(await sizeOf(response)).toBe(MANY * PIECE.length);
  });

  it('is not read for a reader who has left before it starts', async () => {
    const sending = open(manyPieces);
    const response = new ServerResponse(new IncomingMessage(new Socket()));
    response.destroy();
    await sending.answer.send({ kind: 'records', of: undefined }, sending.read, response);
    expect(sending.given).toBe(0);
  });

  it('is read no faster than it is taken', async () => {
    const sending = open(manyPieces);
    const response = await sending.ask();
    response.pause();
    let before = -1;
    // Until all buffers on the way are full.
    while (sending.given > before) {
      before = sending.given;
      await sleep(100);
    }
    expect(before).toBeLessThan(MANY / 2);
    expect(await sizeOf(response)).toBe(MANY * PIECE.length);
  });

  it('is cut off for a reader who stops reading', async () => {
    const sending = open(manyPieces, { silenceMs: 100 });
    const response = await sending.ask();
    response.on('error', () => undefined).pause();
    await until(() => sending.hasEnded);
    expect(sending.given).toBeLessThan(MANY / 2);
    expect(sending.thrown).toBeUndefined();
  });

  it('is read no further once its reader has left, which is no error', async () => {
    const sending = open(manyPieces);
    const response = await sending.ask();
    await once(response, 'data');
    response.destroy();
    await until(() => sending.hasEnded);
    expect(sending.given).toBeLessThan(MANY);
    expect(sending.thrown).toBeUndefined();
  });

  it('is not waited for by a reader who has left before its first piece', async () => {
    const sending = open(silence);
    await once(sending.server.listen(0, '127.0.0.1'), 'listening');
    const { port } = sending.server.address() as AddressInfo;
    const request = get({ port, agent: false });
    request.on('error', () => undefined);
    await once(sending.server, 'request');
    request.destroy();
    await until(() => sending.hasEnded);
    expect(sending.thrown).toBeUndefined();
  });

  it('that breaks does not look complete', async () => {
    const sending = open(async function* () {
      yield PIECE;
      await sleep(20);
      throw new RangeError('broken');
    });
    const response = await sending.ask();
    await expect(sizeOf(response)).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(sending.thrown).toMatchObject({ message: 'broken' });
  });

  it('that breaks before its first piece can be answered as an error', async () => {
    const sending = open(async function* () {
      await Promise.resolve();
      throw new RangeError('broken');
      yield PIECE;
    });
    await expect(sending.ask()).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(sending.thrown).toMatchObject({ message: 'broken' });
  });

  it('that has sent nothing yet is refused when the program stops', async () => {
    const sending = open(silence);
    const answer = sending.ask();
    await once(sending.server, 'request');
    sending.answer.onModuleDestroy();
    await expect(answer).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(sending.results).toEqual([{ kind: 'stopping' }]);
  });

  it('is cut off when the program stops', async () => {
    const sending = open(async function* (_sending, signal) {
      yield PIECE;
      await sleep(60_000, undefined, { signal });
      yield PIECE;
    });
    const response = await sending.ask();
    sending.answer.onModuleDestroy();
    await expect(sizeOf(response)).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(sending.results).toEqual([{ kind: 'stopping' }]);
  });
});
