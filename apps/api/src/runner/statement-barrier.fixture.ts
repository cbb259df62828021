import { AsyncLocalStorage } from 'node:async_hooks';
import { Client } from 'pg';

const barriers = new AsyncLocalStorage<StatementBarrier>();

/** Stops what runs behind it before its n-th statement on PostgreSQL, and all that it has already sent after that one. */
export class StatementBarrier {
  private readonly reached = Promise.withResolvers<string>();
  private readonly opened = Promise.withResolvers<void>();
  private statements = 0;

  /** @param before which statement, from 1 */
  constructor(private readonly before: number) {}

  /** Resolves with the statement before which it has stopped what runs behind it. */
  get whenReached(): Promise<string> {
    return this.reached.promise;
  }

  run<T>(work: () => Promise<T>): Promise<T> {
    return barriers.run(this, work);
  }

  open(): void {
    this.opened.resolve();
  }

  /** @returns what the next statement has to wait for; undefined where nothing holds it up */
  pass(statement: string): Promise<void> | undefined {
    this.statements += 1;
    if (this.statements < this.before) return undefined;
    this.reached.resolve(statement);
    return this.opened.promise;
  }
}

/** The text of a statement; undefined for a stream, such as a `COPY`: that can't wait. */
function textOf(statement: unknown): string | undefined {
  if (typeof statement === 'string') return statement;
  const isQuery = typeof statement === 'object' && statement !== null && 'text' in statement;
  return isQuery && !('submit' in statement) ? String(statement.text) : undefined;
}

/**
 * Has the statements of all connections pass their barriers.
 * @param onFailure called with the code of each statement that the server refuses
 * @returns what ends that
 */
export function watchStatements(onFailure: (code: unknown) => void): () => void {
  const prototype: { query: unknown } = Client.prototype;
  const { query } = prototype;
  if (typeof query !== 'function') throw new TypeError('expected clients with a query');
  prototype.query = new Proxy(query, {
    apply: (target, client: Client, [statement, ...more]: unknown[]): unknown => {
      const send = (): unknown => Reflect.apply(target, client, [statement, ...more]) as unknown;
      const text = textOf(statement);
      const gate = text === undefined ? undefined : barriers.getStore()?.pass(text);
      const sent = gate === undefined ? send() : gate.then(send);
      if (sent instanceof Promise) {
        sent.catch((error: unknown) => {
          onFailure(error instanceof Error ? Reflect.get(error, 'code') : error);
        });
      }
      return sent;
    },
  });
  return () => {
    prototype.query = query;
  };
}
