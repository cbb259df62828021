import type { BodyOf, DataOf, Method, OperationOf, ParametersOf, PathOf } from './api/operation.js';
import { pause } from '../../progress/src/pause.js';
import { DaysyncError, errorOf, unreachable } from './daysync-error.js';

/** Where Daysync is, and how it is called. */
export interface DaysyncClientOptions {
  /** The address of the server, such as `https://daysync.example.com`; with its path, where it has one behind a proxy. */
  readonly url: string | URL;
  /** The token of a viewer or an operator; a function is called for each request. @default no token */
  readonly token?: string | (() => string | undefined) | undefined;
  /** The language of messages. @default that of the browser; Chinese elsewhere */
  readonly language?: 'zh' | 'en' | undefined;
  /** Sends a request. @default the platform's `fetch` */
  readonly fetch?: typeof globalThis.fetch;
  /**
   * How long one request may take, in milliseconds. A start that plans ten years takes seconds.
   * @default 30_000, and 10_000 for a request of a watch
   */
  readonly timeoutMs?: number;
}

/** What every call accepts. */
export interface CallOptions {
  /** Aborts the request; the promise rejects with the reason of the signal. @default never */
  readonly signal?: AbortSignal | undefined;
}

/** What a call accepts that starts a batch. */
export interface StartOnceOptions extends CallOptions {
  /**
   * Identifies the start: the same request with the same key starts nothing twice, for 24 hours. With a key from you, a
   * start can be repeated after a crash. @default a random key for each call
   */
  readonly idempotencyKey?: string | undefined;
}

/** The parameters, body and options of a request. */
export type RequestOptions<Operation> = ParametersOf<Operation> &
  (undefined extends BodyOf<Operation>
    ? { readonly body?: BodyOf<Operation> }
    : { readonly body: BodyOf<Operation> }) &
  StartOnceOptions;

interface CallParameters extends StartOnceOptions {
  readonly path?: unknown;
  readonly query?: unknown;
  readonly body?: unknown;
}

/** How often a request with an idempotency key is sent while no answer comes. */
const MOST_ATTEMPTS = 3;
const FIRST_WAIT_MS = 500;

/** Calls the API. Types of paths, parameters and answers are those of the OpenAPI document. */
export class RequestClient {
  constructor(
    /** Where Daysync is, and how it is called. */
    protected readonly options: DaysyncClientOptions,
  ) {}

  /**
   * Calls any operation, such as `request('get', '/api/v1/sync-status/webhooks', { query: { state: 'failed' } })`.
   * A request with an idempotency key is sent again where no answer comes.
   * @returns the `data` of the answer
   * @throws {DaysyncError} if the server refuses, cannot do it now, or is not reached
   */
  async request<M extends Method, P extends PathOf<M>>(
    method: M,
    path: P,
    ...[options]: object extends RequestOptions<OperationOf<P, M>>
      ? [RequestOptions<OperationOf<P, M>>?]
      : [RequestOptions<OperationOf<P, M>>]
  ): Promise<DataOf<OperationOf<P, M>>> {
    const parameters: CallParameters = options ?? {};
    for (let attempt = 1; ; attempt += 1) {
      try {
        return (await this.send(method, path, parameters)) as DataOf<OperationOf<P, M>>;
      } catch (error) {
        const isLost = error instanceof DaysyncError && error.code === 'UNREACHABLE';
        const mayRepeat = parameters.idempotencyKey !== undefined && attempt < MOST_ATTEMPTS;
        if (!isLost || !mayRepeat) throw error;
        await pause(FIRST_WAIT_MS * 2 ** (attempt - 1), parameters.signal);
      }
    }
  }

  /** The headers of each request. */
  protected headers(): Record<string, string> {
    const { token, language } = this.options;
    const value = typeof token === 'function' ? token() : token;
    return {
      accept: 'application/json',
      ...(language !== undefined && { 'accept-language': language }),
      ...(value !== undefined && { authorization: `Bearer ${value}` }),
    };
  }

  private async send(method: Method, path: string, parameters: CallParameters): Promise<unknown> {
    const { fetch = globalThis.fetch, timeoutMs = 30_000 } = this.options;
    const { body, signal, idempotencyKey } = parameters;
    signal?.throwIfAborted();
    // Outside of the try: an error of the caller, such as one of `token`, is not that of a request.
    const url = urlOf(this.options.url, path, parameters);
    const timeout = AbortSignal.timeout(timeoutMs);
    const init: RequestInit = {
      method: method.toUpperCase(),
      headers: {
        ...this.headers(),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
    };
    let response: Response;
    let text: string;
    try {
      response = await fetch(url, init);
      text = await response.text();
    } catch (error) {
      signal?.throwIfAborted();
      throw unreachable(reasonOf(error), error);
    }
    const json = parsed(text);
    if (!response.ok) throw errorOf(response, json);
    if (response.status === 204) return undefined;
    if (typeof json === 'object' && json !== null && 'data' in json) return json.data;
    throw unreachable('expected an answer of Daysync, got something else');
  }
}

/** `fetch` has the reason in `cause`. */
function reasonOf(error: unknown): string {
  const reason = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return reason instanceof Error ? reason.message : String(reason);
}

/** `undefined` for what is not JSON, such as the page of a proxy. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function urlOf(base: string | URL, path: string, { path: named, query }: CallParameters): URL {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(textOf(named, name)),
  );
  const url = new URL(String(base).replace(/\/*$/, filled));
  for (const name of Object.keys(query ?? {})) {
    const value = textOf(query, name);
    if (value !== '') url.searchParams.set(name, value);
  }
  return url;
}

/** A parameter as text; empty for one that is not given. */
function textOf(parameters: unknown, name: string): string {
  const values = (parameters ?? {}) as Readonly<Record<string, string | number | boolean | null>>;
  return String(values[name] ?? '');
}
