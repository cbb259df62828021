import type { IncomingMessage } from 'node:http';

/** Who calls, as limits count them: the address. */
export function callerOf(request: IncomingMessage): string {
  return request.socket.remoteAddress ?? '';
}
