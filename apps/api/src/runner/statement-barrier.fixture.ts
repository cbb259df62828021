import { AsyncLocalStorage } from 'node:async_hooks';
import { Client, type Connection } from 'pg';

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

/** A query that sends its messages by itself, and says what became of them. */
interface Pipelined {
  submit: (connection: Connection) => void;
  readonly ended: Promise<unknown>;
}

function isPipelined(statement: unknown): statement is Pipelined {
  return typeof statement === 'object' && statement !== null && 'ended' in statement;
}

type Message = 'parse' | 'bind' | 'describe' | 'execute' | 'sync';
const MESSAGES: ReadonlySet<string> = new Set<Message>([
  'parse',
  'bind',
  'describe',
  'execute',
  'sync',
]);
interface MessageConnection extends Connection {
  readonly parsedStatements: Readonly<Record<string, string>>;
  readonly flush: () => void;
}

/** Has a pipeline pass a barrier before each of its statements, and before its `Sync`: that is its commit. */
async function submitThrough(
  barrier: StatementBarrier,
  pipeline: Pipelined,
  connection: MessageConnection,
): Promise<void> {
  const messages: { readonly kind: Message; readonly values: readonly unknown[] }[] = [];
  const recording = new Proxy(connection, {
    get: (target, name): unknown => {
      if (name === 'stream') return { cork: () => undefined, uncork: () => undefined };
      if (!MESSAGES.has(String(name))) return Reflect.get(target, name, target) as unknown;
      return (...values: unknown[]) => messages.push({ kind: name as Message, values });
    },
  });
  pipeline.submit(recording);
  const texts = new Map(Object.entries(connection.parsedStatements));
  for (const [index, { kind, values }] of messages.entries()) {
    const [{ name = '', text = '', statement = '' } = {}] = values as [
      { readonly name?: string; readonly text?: string; readonly statement?: string }?,
    ];
    if (kind === 'parse') texts.set(name, text);
    const isFirst = kind === 'parse' || (kind === 'bind' && messages[index - 1]?.kind !== 'parse');
    if (isFirst || kind === 'sync') {
      const gate = barrier.pass(kind === 'sync' ? 'commit' : (texts.get(statement || name) ?? ''));
      if (gate !== undefined) {
        // What was sent before it is carried out meanwhile.
        connection.flush();
        await gate;
      }
    }
    Reflect.apply(connection[kind] as () => void, connection, values);
  }
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
  const watch = (sent: Promise<unknown>): void => {
    sent.catch((error: unknown) => {
      onFailure(error instanceof Error ? Reflect.get(error, 'code') : error);
    });
  };
  prototype.query = new Proxy(query, {
    apply: (target, client: Client, [statement, ...more]: unknown[]): unknown => {
      const barrier = barriers.getStore();
      if (isPipelined(statement)) {
        watch(statement.ended);
        const { submit } = statement;
        if (barrier !== undefined) {
          const pipeline = { submit: submit.bind(statement), ended: statement.ended };
          statement.submit = (connection) =>
            void submitThrough(barrier, pipeline, connection as MessageConnection);
        }
      }
      const send = (): unknown => Reflect.apply(target, client, [statement, ...more]) as unknown;
      const text = textOf(statement);
      const gate = text === undefined ? undefined : barrier?.pass(text);
      const sent = gate === undefined ? send() : gate.then(send);
      if (sent instanceof Promise) watch(sent);
      return sent;
    },
  });
  return () => {
    prototype.query = query;
  };
}
