// A source on the network: an HTTP server in the test's process that answers each day as the test says.
import type { IncomingHttpHeaders, Server, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { startHttpServer, urlOf } from './http-server.js';
import { providerSource, type DatasetYaml } from './scratch.js';

/** The answer for a day: a row, a row with another value, a status, one byte a second, none, a process that dies, or a row after a promise. */
type DayAnswer =
  | 'row'
  | 'hang'
  | 'drip'
  | 'crash'
  | { readonly status: number; readonly retryAfter?: number }
  | { readonly value: unknown }
  | { readonly until: Promise<unknown>; readonly then?: 'crash' };

/** @param times how often the day was requested before */
export type DayHandler = (day: string, times: number) => DayAnswer;

export class DayServer {
  readonly requests: string[] = [];
  readonly headers: IncomingHttpHeaders[] = [];
  /** The days whose requests were aborted before the answer. */
  readonly abandoned: string[] = [];
  /** May be replaced at any time. */
  answering: DayHandler;

  private constructor(
    answering: DayHandler,
    private readonly server: Server,
  ) {
    this.answering = answering;
    server.on('request', (request, response) => {
      const day = (request.url ?? '/').slice(1);
      const times = this.requests.filter((asked) => asked === day).length;
      this.requests.push(day);
      this.headers.push(request.headers);
      response.on('close', () => {
        if (!response.writableFinished) this.abandoned.push(day);
      });
      void answer(response, day, this.answering(day, times));
    });
  }

  static async start(answering: DayHandler): Promise<DayServer> {
    return new DayServer(answering, await startHttpServer());
  }

  get url(): string {
    return urlOf(this.server);
  }

  /**
   * Answers with rows, but one day waits.
   * @returns answers that day
   */
  pauseDay(paused: string): () => void {
    let release: () => void = () => undefined;
    const until = new Promise<void>((resolve) => (release = resolve));
    this.answering = (day) => (day === paused ? { until } : 'row');
    return release;
  }

  /** The same by the source of the kind `http`. */
  httpDataset(changes: Partial<DatasetYaml> = {}): DatasetYaml {
    return this.dataset({ source: { kind: 'http', url: `${this.url}/{day}` }, ...changes });
  }

  /** A dataset with this server as its source, with a row a day. */
  dataset(changes: Partial<DatasetYaml> = {}): DatasetYaml {
    return {
      name: 'served',
      source: providerSource('day-server', { url: this.url }),
      target: { table: 'served', columns: { value: 'text' } },
      ...changes,
    };
  }
}

async function answer(response: ServerResponse, day: string, how: DayAnswer): Promise<void> {
  if (how === 'hang') return;
  if (how === 'drip') {
    response.writeHead(200);
    while (!response.closed) {
      response.write(' ');
      await sleep(1_000, undefined, { ref: false });
    }
    return;
  }
  if (typeof how !== 'string' && 'status' in how) {
    const headers = how.retryAfter === undefined ? {} : { 'retry-after': String(how.retryAfter) };
    response.writeHead(how.status, headers).end();
    return;
  }
  if (typeof how !== 'string' && 'value' in how) {
    response.end(JSON.stringify([how]));
    return;
  }
  if (typeof how !== 'string') await how.until;
  if (how === 'crash' || (how !== 'row' && how.then === 'crash')) response.end('CRASH');
  else response.end(JSON.stringify([{ value: day }]));
}
