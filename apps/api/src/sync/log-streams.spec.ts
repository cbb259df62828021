import { once } from 'node:events';
import { get, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { defer, finalize } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startHttpServer, urlOf } from '../../../../test/http-server.js';
import { BatchLogs, type BatchLogPage } from '../batches/store/batch-logs.js';
import { START } from '../batches/store/days-cursor.js';
import type { SyncLogEntry } from '../batches/sync-log.js';
import { systemClock } from '../config/clock.js';
import { readEnvironment } from '../config/environment.js';
import { ScratchInstallation } from '../runner/installation.fixture.js';
import { EventStreams } from './event-streams.js';
import { LogStreams } from './log-streams.js';
import { AT, D1, D3 } from './sync.fixture.js';

const FILTER = { kinds: null, limit: 1_000 };
/** More than the buffers of a connection hold. */
const MANY = 30_000;
const ENTRY: SyncLogEntry = {
  ...{ at: AT, day: D1, kind: 'failed_attempt', attempt: 1, code: 'SOURCE_UNAVAILABLE' },
  ...{ text: 'x'.repeat(200), until: null, by: null, rows: null },
};

describe('LogStreams', () => {
  let sync: ScratchInstallation;
  let logs: BatchLogs;
  let streams: EventStreams;
  let logStreams: LogStreams;
  let watched: number;

  beforeEach(async () => {
    sync = await ScratchInstallation.open();
    const read = readEnvironment({});
    if (!read.ok) throw new Error('expected a good environment');
    logs = new BatchLogs(sync.database);
    streams = new EventStreams(sync.live, systemClock, read.config);
    logStreams = new LogStreams(logs, sync.live, streams, pino({ level: 'silent' }));
    watched = 0;
    const watch = sync.live.watch.bind(sync.live);
    vi.spyOn(sync.live, 'watch').mockImplementation((batchId) =>
      defer(() => {
        watched += 1;
        return watch(batchId);
      }).pipe(finalize(() => (watched -= 1))),
    );
  });
  afterEach(async () => {
    streams.close();
    await sync.close();
  });

  async function pageOf(batchId: string): Promise<BatchLogPage> {
    const page = await logs.ofBatch(batchId, { ...FILTER, known: START });
    if (page === undefined) throw new Error('expected the batch');
    return page;
  }

  /** Opens a stream over a real connection. */
  async function open(
    batchId: string,
    first?: BatchLogPage,
    maySee = (): boolean => true,
  ): Promise<{ response: ServerResponse; received: IncomingMessage }> {
    const page = first ?? (await pageOf(batchId));
    let opened: ServerResponse | undefined;
    const server = await startHttpServer((_request, response) => {
      opened = response;
      response.writeHead(200);
      logStreams.open(batchId, page, FILTER, response, { countedAs: 'name ana', maySee });
    });
    const [received] = (await once(get(urlOf(server)), 'response')) as [IncomingMessage];
    if (opened === undefined) throw new Error('expected a response');
    return { response: opened, received };
  }

  async function textOf(received: IncomingMessage): Promise<string> {
    let text = '';
    for await (const chunk of received.setEncoding('utf8')) text += String(chunk);
    return text;
  }

  it('writes the latest entries, then what changes, until the batch ends', async () => {
    const { batch_id } = await sync.startRunning(D1, D1);
    const { received } = await open(batch_id);
    const text = textOf(received);
    await vi.waitUntil(() => watched === 1, 60_000);
    await sync.runAll();
    const events = (await text).split('\n\n');
    expect(events[0]).toBe('retry: 2000');
    expect(events[1]).toMatch(/^event: log\nid: \S+\ndata: .*"kind":"created"/);
    expect(events[2]).toMatch(/^event: end\nid: \S+\ndata: .*"kind":"succeeded".*"kind":"ended"/);
    expect(events.slice(3)).toEqual(['']);
    expect(watched).toBe(0);
    await vi.waitUntil(() => streams.size === 0, 60_000);
  });

  it('leaves a reader who does not read, when the program stops', async () => {
    const { batch_id } = await sync.startRunning(D1, D3);
    const page = await pageOf(batch_id);
    const first = { ...page, items: Array.from({ length: MANY }, () => ENTRY) };
    const { response } = await open(batch_id, first);
    await vi.waitUntil(() => response.writableNeedDrain, 60_000);
    await sync.goOn(await sync.begin());
    const write = vi.spyOn(response, 'write');
    streams.close();
    await vi.waitUntil(() => watched === 0, { timeout: 5_000 });
    expect([response.writableEnded, streams.size]).toEqual([true, 0]);
    expect(write).not.toHaveBeenCalled();
  });

  it('ends with the session of its reader, also while nothing happens', async () => {
    const { batch_id } = await sync.startRunning(D1, D3);
    let session = true;
    const { received } = await open(batch_id, undefined, () => session);
    const text = textOf(received);
    await vi.waitUntil(() => watched === 1, 60_000);
    session = false;
    expect((await text).match(/^event: /gm)).toHaveLength(1);
    await vi.waitUntil(() => watched === 0 && streams.size === 0, 60_000);
  });

  it('outlives an error of its connection', async () => {
    const { batch_id } = await sync.startRunning(D1, D3);
    const { response } = await open(batch_id);
    expect(() => response.emit('error', new Error('broken'))).not.toThrow();
  });

  it('reads one log at a time, and streams that have come as far share a read', async () => {
    const { batch_id } = await sync.startRunning(D1, D3);
    const page = await pageOf(batch_id);
    const read = vi.spyOn(logs, 'ofBatch');
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const readNow = BatchLogs.prototype.ofBatch.bind(logs);
    let [running, most] = [0, 0];
    read.mockImplementation(async (...asked) => {
      running += 1;
      most = Math.max(most, running);
      await released;
      running -= 1;
      return readNow(...asked);
    });
    const opened = await Promise.all(Array.from({ length: 12 }, () => open(batch_id, page)));
    const texts = opened.map(({ received }) => textOf(received));
    await vi.waitUntil(() => read.mock.calls.length === 1, { timeout: 5_000 });
    // Meanwhile the others ask.
    await sleep(1_500);
    release();
    await sync.runAll();
    for (const text of await Promise.all(texts)) expect(text).toMatch(/\nevent: end\n/);
    expect(most).toBe(1);
    expect(read.mock.calls.length).toBeLessThan(12);
  });
});
