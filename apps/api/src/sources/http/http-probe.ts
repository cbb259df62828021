import { once } from 'node:events';
import { connect, isIP, type Socket } from 'node:net';
import { connect as connectSecurely } from 'node:tls';

const CONNECT_MS = 10_000;

/**
 * Connects to the server of an address, with its certificate checked, and sends no request.
 * @throws an error with the host and the reason
 */
export async function reachServer({ hostname, port, protocol }: URL): Promise<string> {
  const isSecure = protocol === 'https:';
  const host = hostname.replace(/^\[|\]$/g, '');
  const to = { host, port: port === '' ? (isSecure ? 443 : 80) : Number(port) };
  // TLS sends no address as the name of a server; Node would warn.
  const servername = isIP(host) === 0 ? host : '';
  const socket: Socket = isSecure ? connectSecurely({ ...to, servername }) : connect(to);
  try {
    const patience = AbortSignal.timeout(CONNECT_MS);
    await once(socket, isSecure ? 'secureConnect' : 'connect', { signal: patience });
    return `${host}:${to.port} accepts connections`;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${host}:${to.port}: ${reason}`, { cause: error });
  } finally {
    socket.destroy();
  }
}
