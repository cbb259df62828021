// A server of the wildlife strikes in the test's process. It sees at any time which process fetches which day. When a
// process is killed, its sockets close and its days are free.
import type { Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readStrikes } from '../crash/counting-source.js';
import { startHttpServer } from '../http-server.js';
import { birdstrikes, STRIKES_CSV, type DatasetYaml } from '../scratch.js';
import type { Ask } from './asks.js';

const ROWS = readStrikes(STRIKES_CSV);

export class DayCounter {
  /** Days that two processes fetched at the same time. */
  readonly overlaps: { readonly day: string; readonly pids: readonly [number, number] }[] = [];
  private asked: Ask[] = [];
  private readonly inside = new Set<Ask>();
  private readonly lost = new Set<number>();
  private readonly blocked = new Map<string, Promise<void>>();
  private readonly awaited = new Map<string, (ask: Ask) => void>();

  private constructor(
    private readonly server: Server,
    /** The duration of a day, in milliseconds. */
    private readonly delayMs: () => number,
  ) {
    // Workers reuse their connections, which must not close meanwhile.
    server.keepAliveTimeout = 0;
    server.on('request', (request, response) => {
      const ask: Ask = {
        day: (request.url ?? '/').slice(1),
        pid: Number(request.headers['x-pid']),
        at: performance.now(),
        atWall: Date.now(),
      };
      void this.answer(ask, response);
    });
  }

  static async start(delayMs: () => number): Promise<DayCounter> {
    return new DayCounter(await startHttpServer(), delayMs);
  }

  dataset(changes: Partial<DatasetYaml> = {}): DatasetYaml {
    const { port } = this.server.address() as AddressInfo;
    return birdstrikes({
      on_bad_row: { quarantine: 100 },
      source: {
        kind: 'provider',
        module: path.join(import.meta.dirname, 'counted-day-source.ts'),
        options: { url: `http://127.0.0.1:${port}` },
      },
      ...changes,
    });
  }

  /** The requests since the batch began, in their order. */
  get asks(): readonly Ask[] {
    return this.asked;
  }

  begin(): void {
    this.asked = [];
  }

  daysOf(pid: number): readonly string[] {
    return [...this.inside].filter((ask) => ask.pid === pid).map(({ day }) => day);
  }

  /** Delays the answers of a day. @returns ends the delay */
  block(day: string): () => void {
    const until = Promise.withResolvers<void>();
    this.blocked.set(day, until.promise);
    return () => {
      this.blocked.delete(day);
      until.resolve();
    };
  }

  /** Waits until a day is requested; each call waits for another request. */
  nextAsk(day: string): Promise<Ask> {
    const asked = Promise.withResolvers<Ask>();
    this.awaited.set(day, asked.resolve);
    return asked.promise;
  }

  /** A process is halted, and others may get its days: its requests do not count any more. */
  forget(pid: number): void {
    this.lost.add(pid);
    for (const ask of this.inside) if (ask.pid === pid) this.inside.delete(ask);
  }

  /** The process has continued and lost its days: its new requests count. */
  remember(pid: number): void {
    this.lost.delete(pid);
  }

  private async answer(ask: Ask, response: ServerResponse): Promise<void> {
    response.once('close', () => this.inside.delete(ask));
    this.enter(ask);
    this.awaited.get(ask.day)?.(ask);
    await (this.blocked.get(ask.day) ?? sleep(this.delayMs()));
    this.inside.delete(ask);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(ROWS.get(ask.day) ?? []));
  }

  private enter(ask: Ask): void {
    this.asked.push(ask);
    if (this.lost.has(ask.pid)) return;
    for (const { day, pid } of this.inside) {
      if (day === ask.day) this.overlaps.push({ day, pids: [pid, ask.pid] });
    }
    this.inside.add(ask);
  }
}
