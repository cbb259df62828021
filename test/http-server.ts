// An HTTP server of a test's own, on a free port of this machine.
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { afterFile } from './after-file.js';

/** Listens; it is closed after the last test of the file, whoever is connected. */
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
