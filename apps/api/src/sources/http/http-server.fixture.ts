// An HTTP server in the process of the test; the test decides its answers.
import { once } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { calendarDay } from '@daysync/progress';
import { datasetIn } from '../../datasets/file/valid-file.fixture.js';
import { SourceError } from '../day-source.js';
import { listOf, rowsOf } from '../day-source.fixture.js';
import { readSource } from '../source-in-file.fixture.js';
import type { HttpSourceConfig } from './http-config.js';
import type { HttpSourceOptions } from './http-exchange.js';
import { HttpSource } from './http-source.js';

/** @param times how many requests came before this one */
export type RequestHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  times: number,
) => void | Promise<void>;

export class HttpServerFixture {
  /** The addresses asked for, in order. */
  readonly urls: string[] = [];
  readonly heads: IncomingMessage['headers'][] = [];
  /** May be replaced at any time. */
  answering: RequestHandler = (_request, response) => void response.end('[]');

  /** Without a slash at the end. */
  readonly url: string;

  private readonly sources: HttpSource[] = [];

  private constructor(private readonly server: Server) {
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('request', (request, response) => {
      const times = this.urls.push(request.url ?? '') - 1;
      this.heads.push(request.headers);
      void this.answering(request, response, times);
    });
  }

  /** Answers each request from now on with the same. */
  always(body: string | Uint8Array, headers: OutgoingHttpHeaders = {}, status = 200): void {
    this.answering = (_request, response) => void response.writeHead(status, headers).end(body);
  }

  static async start(): Promise<HttpServerFixture> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new HttpServerFixture(server);
  }

  /**
   * A source over the server, closed with it: `url` is a path there.
   * @param env what the datasets file takes from its environment
   */
  open(
    { url = '/trades?day={day}', headers, ...others }: Readonly<Record<string, unknown>> = {},
    { attempts = 3, env = {}, timeZone = 'UTC', ...options }: SourceSettings = {},
  ): HttpSource {
    // Many addresses of the specs are the same for each day: the day is in a header.
    const withDay = { 'x-asked-day': '{day}', ...(headers as object | undefined) };
    const config = httpConfig(
      { url: `${this.url}${String(url)}`, headers: withDay, ...others },
      env,
      timeZone,
    );
    const source = new HttpSource(config, attempts, { backoffMs: () => 1, ...options });
    this.sources.push(source);
    return source;
  }

  /** Is away from now on. */
  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  /** Closes its sources, and stops. */
  async close(): Promise<void> {
    await Promise.all(this.sources.splice(0).map((source) => source.close()));
    this.stop();
  }
}

interface SourceSettings extends HttpSourceOptions {
  readonly attempts?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly timeZone?: string;
}

/** The day that the specs ask for. */
export const DAY = calendarDay('2025-10-03');
export const NEVER = new AbortController().signal;

/** The `id` of each of the day's rows. */
export async function idsOf(source: HttpSource, signal = NEVER): Promise<unknown[]> {
  return (await listOf(rowsOf(source.fetchDay(DAY, signal)))).map(({ values }) => values['id']);
}

/** What the source throws instead of the day's rows. */
export async function failureOfDay(source: HttpSource): Promise<SourceError> {
  const error: unknown = await idsOf(source).catch((reason: unknown) => reason);
  if (!(error instanceof SourceError)) throw new Error('expected a SourceError', { cause: error });
  return error;
}

/** The effect of what it throws, and its code. */
export async function kindAndCodeOf(source: HttpSource): Promise<string> {
  const { kind, code } = await failureOfDay(source);
  return `${kind} ${code}`;
}

/** The configuration of a source as a datasets file has it. */
export function httpConfig(
  source: Readonly<Record<string, unknown>>,
  env: Readonly<Record<string, string>> = {},
  timeZone = 'UTC',
): HttpSourceConfig {
  const config = datasetIn(readSource({ kind: 'http', ...source }, { env, timeZone })).source;
  if (config.kind !== 'http') throw new Error(`expected an HTTP source, got ${config.kind}`);
  return config;
}

/** A body of the rows with these ids. */
export const rows = (...ids: number[]): string => JSON.stringify(ids.map((id) => ({ id })));

/** A body that begins with a row and is larger than what is held back: a row of id 1, and 3000 of id 0. */
export const LARGE = `[{"id":1},${`{"id":0,"x":"${'x'.repeat(1_000)}"},`.repeat(3_000)}`;
