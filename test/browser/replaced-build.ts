// Stands between a browser and the program, and can replace the build of the console by another one: the same files under
// other names, as a new build has them.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { startHttpServer, urlOf } from '../http-server.js';

/** What the build names by a hash of its content. */
const HASHED = /([a-z]+)-([\w-]{8})(\.(?:js|css))\b/g;

type Build =
  | 'first'
  | 'second'
  /** Two servers: each document is of the one that the document before was not, and both have their files. */
  | 'in turn'
  /** No server. */
  | 'away';

export class ReplacedBuild {
  /** Requests for files and pages. */
  requests = 0;
  /** The pages that the browser loaded. */
  readonly loads: string[] = [];
  /** May be replaced at any time. */
  build: Build = 'first';
  /** Files that neither build has any more, by their names in the first. */
  missing: readonly string[] = [];
  private documents = 0;

  private constructor(
    readonly url: string,
    private readonly target: string,
  ) {}

  static async start(target: string): Promise<ReplacedBuild> {
    const server = await startHttpServer();
    const replaced = new ReplacedBuild(urlOf(server), target);
    server.on('request', (request, response) => {
      // As a proxy does whose server breaks off, for example because the tests are over.
      replaced.answer(request, response).catch(() => request.socket.destroy());
    });
    return replaced;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { build } = this;
    const path = request.url ?? '/';
    if (!path.startsWith('/api/')) this.requests += 1;
    if (build === 'away') {
      request.socket.destroy();
      return;
    }
    if (path.startsWith('/api/')) {
      await this.forward(request, response);
      return;
    }
    if (request.headers['sec-fetch-dest'] === 'document') this.loads.push(path);
    if (path.search(HASHED) >= 0) {
      const first = await this.read(path);
      const [owner, answered, name] = first.ok
        ? (['first', first, path] as const)
        : (['second', await this.read(otherNames(path)), otherNames(path)] as const);
      const isThere = build === owner || build === 'in turn';
      if (!isThere || this.missing.includes(name)) response.writeHead(404).end();
      else await send(response, answered, owner === 'second');
      return;
    }
    const isDocument = !path.includes('.');
    if (isDocument) this.documents += 1;
    const isSecond = build === 'in turn' ? this.documents % 2 === 0 : build === 'second';
    await send(response, await this.read(path), isDocument && isSecond);
  }

  /** A call of the API, which may be an event stream. */
  private async forward(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', headers, url = '/' } = request;
    const body: Buffer[] = [];
    for await (const part of request) body.push(part as Buffer);
    // The browser closes what it no longer wants, and reloads a tab in the middle of its requests.
    const left = new AbortController();
    const { signal } = left;
    response.once('close', () => left.abort());
    const answered = await fetch(this.target + url, {
      method,
      headers: {
        'accept-language': 'zh-CN',
        'content-type': headers['content-type'] ?? 'application/json',
      },
      ...(method === 'GET' ? {} : { body: Buffer.concat(body) }),
      signal,
    });
    const type = answered.headers.get('content-type') ?? 'text/plain';
    response.writeHead(answered.status, { 'content-type': type });
    for await (const part of answered.body ?? []) response.write(part);
    response.end();
  }

  private read(path: string): Promise<Response> {
    return fetch(this.target + path, { headers: { 'accept-language': 'zh-CN' } });
  }
}

async function send(
  response: ServerResponse,
  answered: Response,
  isRenamed: boolean,
): Promise<void> {
  const text = await answered.text();
  response.writeHead(answered.status, {
    'content-type': answered.headers.get('content-type') ?? 'text/plain',
    'cache-control': 'no-cache',
  });
  response.end(isRenamed ? otherNames(text) : text);
}

/** Each hash backwards: another name, which leads back to the first. */
function otherNames(text: string): string {
  return text.replaceAll(
    HASHED,
    (_, name: string, hash: string, end: string) =>
      `${name}-${[...hash].toReversed().join('')}${end}`,
  );
}
