// An HTTP source in the test's own process that answers as the test says.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readDatasets } from '../dataset-file.js';
import type { SourceRow } from '../day-source.js';
import type { HttpSourceConfig } from './http-config.js';

/** @param times how many requests came before this one */
export type Answering = (
  request: IncomingMessage,
  response: ServerResponse,
  times: number,
) => void | Promise<void>;

export class HttpServerFixture {
  /** The addresses asked for, in order. */
  readonly urls: string[] = [];
  readonly heads: IncomingMessage['headers'][] = [];
  /** May be replaced at any time. */
  answering: Answering = (_request, response) => void response.end('[]');

  private constructor(private readonly server: Server) {
    server.on('request', (request, response) => {
      const times = this.urls.push(request.url ?? '') - 1;
      this.heads.push(request.headers);
      void this.answering(request, response, times);
    });
  }

  static async start(): Promise<HttpServerFixture> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new HttpServerFixture(server);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

/** The configuration of a source as a datasets file has it. */
export function httpConfig(
  source: Readonly<Record<string, unknown>>,
  env: Readonly<Record<string, string>> = {},
): HttpSourceConfig {
  const result = readDatasets(
    JSON.stringify({
      datasets: [
        {
          name: 'trades',
          source: { kind: 'http', ...source },
          target: { table: 'trades', columns: { id: 'integer' } },
        },
      ],
    }),
    { folder: '/srv', env },
  );
  const config = result.ok ? result.datasets[0]?.source : undefined;
  if (config?.kind !== 'http') throw new Error(JSON.stringify(result));
  return config;
}

export async function gather(rows: AsyncIterable<SourceRow>): Promise<SourceRow[]> {
  const gathered: SourceRow[] = [];
  for await (const row of rows) gathered.push(row);
  return gathered;
}
