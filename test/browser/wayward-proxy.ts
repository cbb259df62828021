// Stands between a browser and the program, and treats the polls of a batch as the test says.
import { request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { startHttpServer } from '../http-server.js';

/** What becomes of a poll. */
export type Treatment =
  | 'pass'
  /** The connection is cut. */
  | 'cut'
  | { readonly status: number };

const POLL = /\/sync\/batch\/progress\/[^/]+$/;
const EVENTS = /\/sync\/batch\/progress\/[^/]+\/events$/;

export class WaywardProxy {
  /** When each poll came, in milliseconds. */
  readonly polls: number[] = [];
  /** How often an event stream was asked for; it is always refused. */
  refusedStreams = 0;
  /** May be replaced at any time. */
  treatment: Treatment = 'pass';

  private constructor(
    readonly url: string,
    private readonly target: string,
  ) {}

  /** A proxy before the program at `target`. */
  static async start(target: string): Promise<WaywardProxy> {
    const server = await startHttpServer();
    const { port } = server.address() as AddressInfo;
    const proxy = new WaywardProxy(`http://127.0.0.1:${port}`, target);
    server.on('request', (incoming, response) => proxy.treat(incoming, response));
    return proxy;
  }

  /** How long lay between the polls from the `from`th on. */
  gaps(from = 0): number[] {
    return this.polls.slice(from + 1).map((at, index) => at - (this.polls[from + index] ?? at));
  }

  /** Waits for so many polls in all. */
  async polled(count: number): Promise<void> {
    while (this.polls.length < count) await sleep(20);
  }

  private treat(incoming: IncomingMessage, response: ServerResponse): void {
    const path = incoming.url ?? '/';
    if (EVENTS.test(path)) {
      this.refusedStreams += 1;
      answer(response, 503);
      return;
    }
    if (!POLL.test(path)) {
      this.pass(incoming, response);
      return;
    }
    this.polls.push(performance.now());
    const { treatment } = this;
    if (treatment === 'cut') incoming.socket.destroy();
    else if (treatment === 'pass') this.pass(incoming, response);
    else answer(response, treatment.status);
  }

  private pass(incoming: IncomingMessage, response: ServerResponse): void {
    const { method, headers } = incoming;
    const onward = request(this.target + (incoming.url ?? '/'), { method, headers }, (answered) => {
      response.writeHead(answered.statusCode ?? 502, answered.headers);
      answered.pipe(response);
    });
    onward.on('error', () => response.destroy());
    incoming.pipe(onward);
  }
}

function answer(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
}
