// A proxy between clients and PostgreSQL, which counts round trips and bytes, and can drop all traffic.
import { once } from 'node:events';
import net, { type AddressInfo, type Socket } from 'node:net';
import { afterFile } from './after-file.js';

/** Forwards the traffic between clients and a server. It is closed after the last test of the file. */
export class PostgresProxy {
  private readonly sockets = new Set<Socket>();
  private isSilent = false;
  private trips = 0;
  private received = 0;

  private constructor(
    private readonly server: net.Server,
    private readonly target: URL,
  ) {
    server.on('connection', (client) => {
      this.pass(client);
    });
  }

  /** @param url of a database */
  static async start(url: string): Promise<PostgresProxy> {
    const server = net.createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const proxy = new PostgresProxy(server, new URL(url));
    afterFile(() => proxy.close());
    return proxy;
  }

  get url(): string {
    const url = new URL(this.target);
    url.host = `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return url.href;
  }

  /** How often a client has sent something after an answer, over all connections. */
  get roundTrips(): number {
    return this.trips;
  }

  get receivedBytes(): number {
    return this.received;
  }

  /** Drops all traffic from now on, and keeps the connections open. */
  fallSilent(): void {
    this.isSilent = true;
  }

  /** Forwards new connections again; those from before stay silent. */
  speak(): void {
    this.isSilent = false;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }

  private pass(client: Socket): void {
    const server = net.connect(Number(this.target.port), this.target.hostname);
    let hasLost = this.isSilent;
    let hasAnswered = true;
    const passes = (): boolean => {
      hasLost ||= this.isSilent;
      return !hasLost;
    };
    client.on('data', (bytes) => {
      if (!passes()) return;
      if (hasAnswered) this.trips += 1;
      hasAnswered = false;
      server.write(bytes);
    });
    server.on('data', (bytes) => {
      if (!passes()) return;
      hasAnswered = true;
      this.received += bytes.length;
      client.write(bytes);
    });
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.sockets.add(one);
      // The event `close` follows and closes the other end.
      one.setNoDelay(true).on('error', () => undefined);
      one.on('close', () => {
        this.sockets.delete(one);
        other.destroy();
      });
    }
  }
}
