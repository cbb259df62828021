import type { Language } from '@daysync/progress';
import type { Now } from '../clock.js';
import { StoppedError, stoppedBy } from '../ports.js';
import { failureOf, UnreachableError } from './failure.js';
import type { paths } from './generated/wire.js';

/** Planning and writing a range of ten years takes its time. */
const LONGEST_MS = 30_000;
/** A `Date` header counts seconds. */
const SAME_TIME_MS = 2_000;
/** Before anything was sent. */
const NEVER_SENT = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'];
/** How often a change is sent whose answer was lost on the way. */
const MOST_SENDINGS = 3;

type Method = 'get' | 'post';
type PathOf<M extends Method> = {
  [Path in keyof paths]: paths[Path] extends Readonly<Record<M, object>> ? Path : never;
}[keyof paths];
type OperationOf<P extends keyof paths, M extends Method> = NonNullable<paths[P][M]>;

/** What an operation takes in its path and query. */
type ParametersOf<Operation> = Operation extends {
  readonly parameters: infer All extends { readonly path?: unknown; readonly query?: unknown };
}
  ? Pick<All, 'path' | 'query'>
  : never;
type BodyOf<Operation> = Operation extends {
  readonly requestBody?: { readonly content: { readonly 'application/json': infer Body } };
}
  ? Body
  : undefined;
/** The `data` of its success. */
type DataOf<Operation> = Operation extends {
  readonly responses: Partial<Readonly<Record<200 | 202, infer Answer>>>;
}
  ? Answer extends {
      readonly content: { readonly 'application/json': { readonly data: infer Data } };
    }
    ? Data
    : never
  : never;

export interface ApiClientOptions {
  /** Where the server is, with a `/` at its end. */
  readonly url: URL;
  readonly token: string | undefined;
  readonly language: Language;
  readonly stopping: AbortSignal;
  readonly now: Now;
}

interface Sent {
  readonly method: 'GET' | 'POST';
  readonly signals: readonly AbortSignal[];
  readonly body?: unknown;
  readonly key?: string | undefined;
}

/** Calls a server as docs/openapi.json says: paths, parameters and answers have the types of that. */
export class ApiClient {
  private skewMs = 0;

  constructor(private readonly options: ApiClientOptions) {}

  get url(): string {
    return this.options.url.href;
  }

  /** The server's time, as far as its answers tell. */
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
   * Sends a change. With a `key`, as each start has one, it takes effect once, so that it is sent again where its answer was lost.
   * @throws {RefusedError | BusyError | UnreachableError | StoppedError}
   */
  async post<P extends PathOf<'post'>>(
    path: P,
    request: ParametersOf<OperationOf<P, 'post'>> & {
      readonly body: BodyOf<OperationOf<P, 'post'>>;
    },
    key?: string,
  ): Promise<DataOf<OperationOf<P, 'post'>>> {
    const sent: Sent = { method: 'POST', signals: [], body: request.body, key };
    for (let sending = 1; ; sending += 1) {
      try {
        return await this.data(path, request, sent);
      } catch (error) {
        const isLost = error instanceof UnreachableError && error.mayHaveArrived;
        if (!isLost || key === undefined || sending === MOST_SENDINGS) throw error;
      }
    }
  }

  /**
   * An answer as it comes, however long it takes, for one that is no JSON.
   * @throws {RefusedError | BusyError | UnreachableError | StoppedError}
   */
  async open<P extends PathOf<'get'>>(
    path: P,
    parameters: ParametersOf<OperationOf<P, 'get'>>,
  ): Promise<Response> {
    return this.send(path, parameters, { method: 'GET', signals: [] });
  }

  private async data<T>(path: string, parameters: Parameters, sent: Sent): Promise<T> {
    const signals = [...sent.signals, AbortSignal.timeout(LONGEST_MS)];
    const response = await this.send(path, parameters, { ...sent, signals });
    const body = await this.json(response, sent);
    if (typeof body !== 'object' || body === null || !('data' in body)) {
      throw new UnreachableError('expected an answer of Daysync, got something else', false);
    }
    return body.data as T;
  }

  private async send(path: string, parameters: Parameters, sent: Sent): Promise<Response> {
    const { stopping, now } = this.options;
    let response: Response;
    try {
      response = await fetch(urlOf(this.options.url, path, parameters), {
        method: sent.method,
        headers: this.headers(sent),
        signal: AbortSignal.any([stopping, ...sent.signals]),
        ...(sent.body !== undefined && { body: JSON.stringify(sent.body) }),
      });
    } catch (error) {
      throw this.lost(error, sent);
    }
    const skew = Date.parse(response.headers.get('date') ?? '') - now();
    this.skewMs = Math.abs(skew) > SAME_TIME_MS ? skew : 0;
    if (!response.ok) throw failureOf(response, await this.json(response, sent));
    return response;
  }

  /** The JSON of an answer; undefined where it is none, such as a proxy's page. */
  private async json(response: Response, sent: Sent): Promise<unknown> {
    let text: string;
    try {
      text = await response.text();
    } catch (error) {
      throw this.lost(error, sent);
    }
    try {
      return JSON.parse(text);
    } catch {
      return undefined;
    }
  }

  /** Why an answer did not come, or not to its end. */
  private lost(error: unknown, { key }: Sent): StoppedError | UnreachableError {
    const { stopping } = this.options;
    if (!stopping.aborted) return unreachable(error);
    // What starts a batch has a key.
    return new StoppedError(stoppedBy(stopping), key !== undefined);
  }

  private headers({ body, key }: Sent): Headers {
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
  // Below a path of its own, where a proxy has it.
  const url = new URL(filled.slice(1), base);
  const asked = (query ?? {}) as Readonly<Record<string, string | number | undefined>>;
  for (const [name, value] of Object.entries(asked)) {
    if (value !== undefined) url.searchParams.set(name, String(value));
  }
  return url;
}

/** What `fetch` throws: why is said by the cause, or by the first where several addresses were tried. */
interface FetchError extends Partial<NodeJS.ErrnoException> {
  readonly cause?: FetchError;
  readonly errors?: readonly FetchError[];
}

function unreachable(error: unknown): UnreachableError {
  const thrown = error as FetchError;
  const { code = '', message = '' } = thrown.cause?.errors?.[0] ?? thrown.cause ?? thrown;
  return new UnreachableError(message, !NEVER_SENT.includes(code));
}
