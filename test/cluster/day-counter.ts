// The wildlife strikes behind a server in the test's process: it sees which process is inside which day, over all
// processes, and at any instant. A process that is killed leaves its days as its sockets close.
import { readFileSync } from 'node:fs';
import type { Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'csv-parse/sync';
import { startHttpServer } from '../http-server.js';
import { birdstrikes, TOP, type DatasetYaml } from '../scratch.js';
import type { Ask } from './asks.js';

type Row = Readonly<Record<string, string>>;

/** Two processes were inside one day. */
export interface Overlap {
  readonly day: string;
  readonly pids: readonly [number, number];
}

const rows: Row[] = parse(readFileSync(path.join(TOP, 'data/birdstrikes.csv')), { columns: true });
const ROWS = Map.groupBy(rows, (row) => row['Flight Date'] ?? '');

export class DayCounter {
  readonly overlaps: Overlap[] = [];
  private asked: Ask[] = [];
  private readonly inside = new Set<Ask>();
  private readonly lost = new Set<number>();
  private readonly held = new Map<string, Promise<void>>();
  private readonly awaited = new Map<string, (ask: Ask) => void>();

  private constructor(
    private readonly server: Server,
    /** How long a day takes, in milliseconds. */
    private readonly delayMs: () => number,
  ) {
    // A worker asks again over the same connection, which must not close under it.
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

  /** Its dataset. */
  dataset(changes: Partial<DatasetYaml> = {}): DatasetYaml {
    const { port } = this.server.address() as AddressInfo;
    return birdstrikes({
      source: {
        kind: 'provider',
        module: path.join(import.meta.dirname, 'counted-day-source.ts'),
        options: { url: `http://127.0.0.1:${port}` },
      },
      ...changes,
    });
  }

  /** Who asked for what since the batch began, in that order. */
  get asks(): readonly Ask[] {
    return this.asked;
  }

  /** Another batch begins. */
  begin(): void {
    this.asked = [];
  }

  /** The days that a process is inside. */
  daysOf(pid: number): readonly string[] {
    return [...this.inside].filter((ask) => ask.pid === pid).map(({ day }) => day);
  }

  /** Lets nobody out of a day, whoever asks for it, until what this gives back is called. */
  hold(day: string): () => void {
    const until = Promise.withResolvers<void>();
    this.held.set(day, until.promise);
    return () => {
      this.held.delete(day);
      until.resolve();
    };
  }

  /** Waits until a day is asked for, and then another time by the next who waits. */
  nextAsk(day: string): Promise<Ask> {
    const asked = Promise.withResolvers<Ask>();
    this.awaited.set(day, asked.resolve);
    return asked.promise;
  }

  /** A process stands still, and others may get its days: what it is inside of, and asks for, counts no more. */
  forget(pid: number): void {
    this.lost.add(pid);
    for (const ask of this.inside) if (ask.pid === pid) this.inside.delete(ask);
  }

  /** It has gone on, and knows what it has lost: what it asks for from now on counts. */
  remember(pid: number): void {
    this.lost.delete(pid);
  }

  private async answer(ask: Ask, response: ServerResponse): Promise<void> {
    response.once('close', () => this.inside.delete(ask));
    this.enter(ask);
    this.awaited.get(ask.day)?.(ask);
    await (this.held.get(ask.day) ?? sleep(this.delayMs()));
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
