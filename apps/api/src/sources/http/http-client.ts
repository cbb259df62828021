import { pipeline, type Duplex, type Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { Pool, type Dispatcher } from 'undici';
import type { Clock } from '../../config/clock.js';
import type { SourceAnswer } from '../day-source.js';
import type { HttpSourceConfig } from './http-config.js';
import {
  connectionFailure,
  decodingFailure,
  lasting,
  statusFailure,
  type NamedRequest,
} from './http-failure.js';
import { unpackIfPacked } from '../formats/unpack.js';
import { readBeginning } from './answer-body.js';
import { dump, joined, retryAfterMs } from './http-response.js';

/** What a server says of a version of its answer, in its own words. */
export interface HttpValidators {
  readonly etag: string | undefined;
  readonly lastModified: string | undefined;
}

export type HttpAnswer =
  | {
      readonly kind: 'rows';
      /** Unpacked while it arrives. Throws a SourceError or a PassingFailure. */
      readonly body: AsyncIterable<Uint8Array>;
      readonly contentType: string | undefined;
      readonly link: string | undefined;
      readonly validators: HttpValidators;
      /** Closes the connection if the body has not been read completely. */
      readonly close: () => void;
    }
  | { readonly kind: 'no_data' }
  /** As it was when its validators were sent. */
  | { readonly kind: 'unchanged' }
  /** Null if it does not say how long. */
  | { readonly kind: 'wait'; readonly answer: SourceAnswer; readonly waitMs: number | null };

export interface HttpRequest extends NamedRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  /** The version that is there already. @default none */
  readonly known?: HttpValidators | undefined;
}

const ACCEPT = { json: 'application/json', ndjson: 'application/x-ndjson', csv: 'text/csv' };
/** The most days in flight of a dataset; each has one request at a time. */
const MOST_CONNECTIONS = 100;

/** Sends the requests of one dataset to one origin over one pool of connections. Does not follow redirects. */
export class HttpClient {
  private readonly pool: Pool;

  constructor(
    private readonly config: HttpSourceConfig,
    origin: string,
    private readonly clock: Clock,
  ) {
    this.pool = new Pool(origin, {
      connections: MOST_CONNECTIONS,
      connect: { timeout: config.connectTimeoutSeconds * 1_000 },
      headersTimeout: config.headersTimeoutSeconds * 1_000,
      bodyTimeout: config.bodyTimeoutSeconds * 1_000,
      allowH2: false,
    });
  }

  /**
   * @throws {SourceError} for what no further request gets past
   * @throws {PassingFailure} for what one may get past
   */
  async send(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
    const { config } = this;
    let response: Dispatcher.ResponseData;
    try {
      response = await this.pool.request({
        path: request.path,
        method: config.method,
        headers: {
          accept: ACCEPT[config.format],
          'user-agent': 'Daysync',
          ...request.headers,
          ...conditions(request.known),
          // Not deflate: servers use that name for two different formats.
          'accept-encoding': 'gzip, br',
        },
        body: request.body,
        signal,
      });
    } catch (error) {
      signal.throwIfAborted();
      throw connectionFailure(request, error) ?? error;
    }
    return this.read(request, response, signal);
  }

  /** Aborts running requests too. */
  async close(): Promise<void> {
    await this.pool.destroy();
  }

  private async read(
    request: HttpRequest,
    response: Dispatcher.ResponseData,
    signal: AbortSignal,
  ): Promise<HttpAnswer> {
    const { statusCode: status, headers, body } = response;
    if (status === 200) {
      // An abort may come before the body is read.
      body.on('error', () => undefined);
      return {
        kind: 'rows',
        body: this.unpacked(request, body, headers['content-encoding'], signal),
        contentType: joined(headers['content-type']),
        link: joined(headers['link']),
        validators: {
          etag: joined(headers['etag']),
          lastModified: joined(headers['last-modified']),
        },
        close: () => void body.destroy(),
      };
    }
    const isNoData = status === 204 || this.config.noDataStatus.includes(status);
    if (isNoData || (status === 304 && request.known !== undefined)) {
      await dump(body, signal);
      return { kind: isNoData ? 'no_data' : 'unchanged' };
    }
    const answer = { status, body: await readBeginning(response, signal) };
    const waitMs = retryAfterMs(joined(headers['retry-after']), joined(headers['date']), () =>
      this.clock.now(),
    );
    if (status === 429 || (status === 503 && waitMs !== null)) {
      return { kind: 'wait', answer, waitMs };
    }
    if (status >= 300 && status < 400) {
      throw this.redirected(request, answer, joined(headers['location']));
    }
    throw statusFailure(request, answer);
  }

  private redirected(
    request: NamedRequest,
    answer: SourceAnswer,
    location: string | undefined,
  ): Error {
    const origin = location === undefined ? null : URL.parse(location, this.config.url)?.origin;
    const to = origin == null ? '' : ` to ${this.isOwn(origin) ? 'another path' : origin}`;
    const got = `a redirect${to} (${answer.status}), which is not followed`;
    return lasting(request, 'SOURCE_BLOCKED', '200', got, answer);
  }

  private isOwn(origin: string): boolean {
    return URL.parse(this.config.url)?.origin === origin;
  }

  /** The body, without its content-encoding and without a packing of its own: an address may be that of a zip. */
  private unpacked(
    request: HttpRequest,
    body: Readable,
    header: string | string[] | undefined,
    signal: AbortSignal,
  ): AsyncGenerator<Uint8Array> {
    const encodings = listEncodings(header);
    const [path = ''] = request.path.split('?', 1);
    // A server that sends the file as its own encoding has it unpacked already.
    const name = encodings.includes('br') ? '' : path;
    const chunks = this.received(request, body, encodings, signal);
    return unpackIfPacked({ chunks, name }, { maxBytes: this.config.maxBytes, key: 'max_bytes' });
  }

  private async *received(
    request: NamedRequest,
    body: Readable,
    encodings: readonly string[],
    signal: AbortSignal,
  ): AsyncGenerator<Uint8Array> {
    const { config } = this;
    let bytes = 0;
    try {
      for await (const chunk of this.decode(request, body, encodings) as AsyncIterable<Buffer>) {
        bytes += chunk.length;
        if (bytes > config.maxBytes) {
          const expected = `a body of at most ${config.maxBytes} bytes (max_bytes)`;
          throw lasting(request, 'SOURCE_TOO_LARGE', expected, 'more');
        }
        yield chunk;
      }
    } catch (error) {
      signal.throwIfAborted();
      throw decodingFailure(request, error) ?? connectionFailure(request, error) ?? error;
    }
  }

  private decode(request: NamedRequest, body: Readable, encodings: readonly string[]): Readable {
    const [encoding] = encodings;
    if (encoding === undefined) return body;
    const decoder = encodings.length === 1 ? decoderOf(encoding) : undefined;
    if (decoder === undefined) {
      body.destroy();
      const expected = 'a body that is plain, gzip, deflate or br';
      throw lasting(request, 'SOURCE_UNREADABLE', expected, 'another content-encoding');
    }
    // Every failure comes out of the decoder, from either end.
    pipeline(body, decoder, () => undefined);
    return decoder;
  }
}

function conditions(known: HttpValidators | undefined): Record<string, string> {
  const { etag, lastModified } = known ?? {};
  return {
    ...(etag === undefined ? {} : { 'if-none-match': etag }),
    ...(lastModified === undefined ? {} : { 'if-modified-since': lastModified }),
  };
}

function listEncodings(header: string | string[] | undefined): readonly string[] {
  return (joined(header) ?? '')
    .toLowerCase()
    .split(',')
    .map((encoding) => encoding.trim())
    .filter((encoding) => encoding !== '' && encoding !== 'identity');
}

function decoderOf(encoding: string): Duplex | undefined {
  switch (encoding) {
    case 'gzip':
    case 'x-gzip':
      return createGunzip();
    case 'deflate':
      return createInflate();
    case 'br':
      return createBrotliDecompress();
    default:
      return undefined;
  }
}
