import type { ControlVerb } from '@daysync/progress';
import type { BatchQuery, RecordQuery } from '../api/wire.js';
import type { ServerOptions } from '../commands/context.js';
import type { RetryAsked } from '../commands/control.js';
import type { SyncAsked } from '../commands/sync.js';

/** What the commands do; each gives back the exit code. */
export interface Handlers {
  readonly sync: (asked: SyncAsked, server: ServerOptions) => Promise<number>;
  readonly syncLocal: (asked: SyncAsked, isJson: boolean) => Promise<number>;
  readonly status: (query: BatchQuery, server: ServerOptions) => Promise<number>;
  readonly watch: (taskId: string, server: ServerOptions) => Promise<number>;
  readonly control: (verb: ControlVerb, taskId: string, server: ServerOptions) => Promise<number>;
  readonly retry: (asked: RetryAsked, server: ServerOptions) => Promise<number>;
  readonly records: (query: RecordQuery, server: ServerOptions) => Promise<number>;
  readonly exportRecords: (query: RecordQuery, server: ServerOptions) => Promise<number>;
  readonly schedules: (server: ServerOptions) => Promise<number>;
  readonly checkDatasets: (args: readonly string[]) => Promise<number>;
  readonly backup: (args: readonly string[]) => Promise<number>;
  readonly serve: () => Promise<number>;
}
