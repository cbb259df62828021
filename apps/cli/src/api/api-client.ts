import type { BodyOf, DataOf, OperationOf, ParametersOf, PathOf } from '@daysync/client';
import type { Language } from '@daysync/progress';
import { StoppedError, stoppedBy, type Now } from '../terminal/ports.js';
import { failureOf, UnreachableError } from './failure.js';

/** A start that plans ten years takes seconds. */
const TIMEOUT_MS = 30_000;
/** A `Date` header has whole seconds. */
const LEAST_SKEW_MS = 2_000;
/** Errors that occur before the request is sent. */
const NEVER_SENT = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'];
/** How often a request with an idempotency key is sent when its response is lost. */
const MOST_ATTEMPTS = 3;

interface ApiClientOptions {
  /** Address of the server, ending in `/`. */
  readonly url: URL;
  readonly token: string | undefined;
  readonly language: Language;
  readonly stopping: AbortSignal;
  readonly now: Now;
}

interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly signals: readonly AbortSignal[];
  readonly body?: unknown;
  readonly key?: string | undefined;
}

/** Calls the API; the types of paths, parameters and responses are those of docs/openapi.json. */
export class ApiClient {
  private skewMs = 0;

  constructor(private readonly options: ApiClientOptions) {}

  get url(): string {
    return this.options.url.href;
  }

  /** The server's time, from the `Date` header of its latest response. */
  readonly now: Now = () => this.options.now() + this.skewMs;

  /**
   * @throws {RefusedError | BusyError | UnreachableError | StoppedError}
   */
  async get<P extends PathOf<'get'>>(
    path: P,
    parameters: ParametersOf<OperationOf<P, 'get'>>,
    signal?: AbortSignal,
  ): Promise<DataOf<OperationOf<P, 'get'>>> {
    return this.data(path, parameters, { method: 'GET', signals: signal ? [signal] : [] });
  }

  /**
   * @param key an idempotency key, which each start has: the request is sent again where its response is lost
   * @throws {RefusedError | BusyError | UnreachableError | StoppedError}
   */
  async post<P extends PathOf<'post'>>(
    path: P,
    parameters: ParametersOf<OperationOf<P, 'post'>> & {
      readonly body: BodyOf<OperationOf<P, 'post'>>;
    },
    key?: string,
  ): Promise<DataOf<OperationOf<P, 'post'>>> {
    const request: ApiRequest = { method: 'POST', signals: [], body: parameters.body, key };
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.data(path, parameters, request);
      } catch (error) {
        const isLost = error instanceof UnreachableError && error.mayHaveArrived;
        if (!isLost || key === undefined || attempt === MOST_ATTEMPTS) throw error;
      }
    }
  }

  /**
   * @throws {RefusedError | BusyError | UnreachableError | StoppedError}
   */
  async delete<P extends PathOf<'delete'>>(
    path: P,
    parameters: ParametersOf<OperationOf<P, 'delete'>>,
  ): Promise<DataOf<OperationOf<P, 'delete'>>> {
    return this.data(path, parameters, { method: 'DELETE', signals: [] });
  }

  /**
   * A response that is not JSON, without a timeout.
   * @throws {RefusedError | BusyError | UnreachableError | StoppedError}
   */
  async open<P extends PathOf<'get'>>(
    path: P,
    parameters: ParametersOf<OperationOf<P, 'get'>>,
  ): Promise<Response> {
    return this.send(path, parameters, { method: 'GET', signals: [] });
  }

  private async data<T>(path: string, parameters: Parameters, request: ApiRequest): Promise<T> {
    const signals = [...request.signals, AbortSignal.timeout(TIMEOUT_MS)];
    const response = await this.send(path, parameters, { ...request, signals });
    const body = await this.json(response, request);
    if (typeof body !== 'object' || body === null || !('data' in body)) {
      throw new UnreachableError('expected an answer of Daysync, got something else', false);
    }
    return body.data as T;
  }

  private async send(path: string, parameters: Parameters, request: ApiRequest): Promise<Response> {
    const { stopping, now } = this.options;
    let response: Response;
    try {
      response = await fetch(urlOf(this.options.url, path, parameters), {
        method: request.method,
        headers: this.headers(request),
        signal: AbortSignal.any([stopping, ...request.signals]),
        ...(request.body !== undefined && { body: JSON.stringify(request.body) }),
      });
    } catch (error) {
      throw this.lost(error, request);
    }
    const skew = Date.parse(response.headers.get('date') ?? '') - now();
    this.skewMs = Math.abs(skew) > LEAST_SKEW_MS ? skew : 0;
    if (!response.ok) throw failureOf(response, await this.json(response, request));
    return response;
  }

  /** The JSON of a response; undefined where it is not JSON, such as the page of a proxy. */
  private async json(response: Response, request: ApiRequest): Promise<unknown> {
    let text: string;
    try {
      text = await response.text();
    } catch (error) {
      throw this.lost(error, request);
    }
    try {
      return JSON.parse(text);
    } catch {
      return undefined;
    }
  }

  /** Why a response did not arrive, or not completely. */
  private lost(error: unknown, { key }: ApiRequest): StoppedError | UnreachableError {
    const { stopping } = this.options;
    if (!stopping.aborted) return unreachable(error);
    // Only starts and retries have a key.
    return new StoppedError(stoppedBy(stopping), key !== undefined);
  }

  private headers({ body, key }: ApiRequest): Headers {
    const { token, language } = this.options;
    const headers = new Headers({ accept: 'application/json', 'accept-language': language });
    if (token !== undefined) headers.set('authorization', `Bearer ${token}`);
    if (body !== undefined) headers.set('content-type', 'application/json');
    if (key !== undefined) headers.set('idempotency-key', key);
    return headers;
  }
}

interface Parameters {
  readonly path?: unknown;
  readonly query?: unknown;
}

function urlOf(base: URL, path: string, { path: named, query }: Parameters): URL {
  const names = (named ?? {}) as Readonly<Record<string, string>>;
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(names[name] ?? ''),
  );
  // The base may have a path, behind a proxy.
  const url = new URL(filled.slice(1), base);
  const values = (query ?? {}) as Readonly<Record<string, string | number | undefined>>;
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined) url.searchParams.set(name, String(value));
  }
  return url;
}

/** `fetch` has the reason in `cause`; where it tried several addresses, in the first of its errors. */
interface FetchError extends Partial<NodeJS.ErrnoException> {
  readonly cause?: FetchError;
  readonly errors?: readonly FetchError[];
}

function unreachable(error: unknown): UnreachableError {
  const thrown = error as FetchError;
  const { code = '', message = '' } = thrown.cause?.errors?.[0] ?? thrown.cause ?? thrown;
  return new UnreachableError(message, !NEVER_SENT.includes(code));
}
