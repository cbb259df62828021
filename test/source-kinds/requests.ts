// The kinds of sources that send requests: `http`, and a provider with its own client.
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { providerSource } from '../scratch.js';
import { jsonRow } from './files.js';
import {
  DAY,
  manyRows,
  ROWS,
  type ExpectedFailure,
  type Row,
  type Served,
  type SourceKind,
} from './source-kind.js';

type Shape = 'list' | 'lines';

/** A server with a path for each dataset. */
class RowServer {
  private readonly served = new Map<string, Served>();
  private readonly releases = new Map<string, () => void>();
  private readonly open = new Map<string, Set<ServerResponse>>();

  constructor(private readonly server: Server) {
    server.on('request', ({ url = '' }, response) => {
      const [, shape, dataset = '', day] = url.split('/');
      const open = this.openOf(dataset).add(response);
      response.on('close', () => open.delete(response));
      const served = day === DAY ? (this.served.get(dataset) ?? 'none') : 'none';
      void this.answer(dataset, response, served, shape as Shape);
    });
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  serve(dataset: string, day: Served): void {
    this.served.set(dataset, day);
  }

  release(dataset: string): void {
    this.releases.get(dataset)?.();
  }

  openOf(dataset: string): Set<ServerResponse> {
    const open = this.open.get(dataset) ?? new Set();
    this.open.set(dataset, open);
    return open;
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private async answer(
    dataset: string,
    response: ServerResponse,
    day: Served,
    shape: Shape,
  ): Promise<void> {
    if (day === 'none') return void response.writeHead(204).end();
    const body = bodyOf(day, shape);
    const half = body.slice(0, body.length / 2);
    switch (day) {
      case 'cut':
        response.writeHead(200, { 'content-length': Buffer.byteLength(body) });
        response.write(half, () => response.destroy());
        return;
      case 'silent':
      case 'long':
        response.write(half);
        return;
      case 'slow': {
        const { promise, resolve } = Promise.withResolvers<void>();
        this.releases.set(dataset, resolve);
        response.write(half);
        await promise;
        response.end(body.slice(half.length));
        return;
      }
      case 'rows':
      case 'many':
      case 'bad':
        response.end(body);
    }
  }
}

/** A day that breaks off has many rows, so that the first ones are already on their way. */
function bodyOf(day: Exclude<Served, 'none'>, shape: Shape): string {
  const isMany = ['many', 'cut', 'silent', 'long'].includes(day);
  const rows = isMany ? manyRows() : ROWS;
  const bad: readonly Row[] = day === 'bad' ? [{ n: '4', name: 'd', price: '"x"' }] : [];
  const lines = [...rows, ...bad].map(jsonRow);
  return shape === 'list' ? `[${lines.join(',')}]` : `${lines.join('\n')}\n`;
}

/** Both kinds on one server. */
export async function requestKinds(): Promise<{ kinds: SourceKind[]; stop(): void }> {
  // Long enough for idle connections while the days of other kinds keep the reader busy.
  const http = createServer({ keepAliveTimeout: 600_000 });
  await once(http.listen(0, '127.0.0.1'), 'listening');
  const server = new RowServer(http);
  const kind = (
    name: string,
    source: (dataset: string) => Readonly<Record<string, unknown>>,
    cut: ExpectedFailure,
  ): SourceKind => ({
    name,
    source,
    serve: async (dataset, day) => {
      server.serve(dataset, day);
      return Promise.resolve();
    },
    release: (dataset) => server.release(dataset),
    atWork: async (dataset) => Promise.resolve(server.openOf(dataset).size),
    kept: 0,
    slowRows: ROWS.length,
    cut,
    silent: { code: 'TIMEOUT' },
  });
  return {
    kinds: [
      kind('http', (dataset) => ({ kind: 'http', url: `${server.url}/list/${dataset}/{day}` }), {
        code: 'SOURCE_CUT_OFF',
      }),
      kind(
        'provider',
        (dataset) => providerSource('lines', { url: `${server.url}/lines/${dataset}` }),
        { code: 'PROVIDER_FAILED' },
      ),
    ],
    stop: () => server.stop(),
  };
}
