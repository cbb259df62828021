// An HTTP server for a test, on a free port.
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterFile } from './after-file.js';

/** Starts a server, which is closed with its connections after the last test of the file. */
export async function startHttpServer(listener?: RequestListener): Promise<Server> {
  const server = createServer(listener);
  server.listen(0, '127.0.0.1');
  afterFile(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, 'listening');
  return server;
}

/** The same, by its address. */
export async function serveHttp(listener: RequestListener): Promise<string> {
  return urlOf(await startHttpServer(listener));
}

/** Where a server listens. */
export function urlOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
