import type { Language } from '@daysync/progress';
import { CommanderError } from 'commander';
import { createContext, type Context, type ServerOptions } from './commands/context.js';
import { control, retry } from './commands/control.js';
import { watchCommand } from './commands/follow.js';
import { exportRecords, records, schedules, status } from './commands/lists.js';
import { syncLocal } from './commands/sync-local.js';
import { sync } from './commands/sync.js';
import { tellFailure } from './commands/tell-failure.js';
import { EXIT, signalExit } from './exit-code.js';
import { languageOf } from './language.js';
import { StoppedError, type Ports } from './ports.js';
import { createProgram } from './program/create-program.js';
import type { Handlers } from './program/handlers.js';
import { runProgram } from './programs/run-program.js';

/** Does what is typed; gives back the exit code. */
export async function run(args: readonly string[], ports: Ports): Promise<number> {
  const language = languageOf(ports.env);
  let exitCode: number = EXIT.good;
  const program = createProgram(ports, language, handlersOf(ports, language), (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.good : EXIT.usage;
    if (error instanceof StoppedError) return signalExit(error.signal);
    throw error;
  }
}

function handlersOf(ports: Ports, language: Language): Handlers {
  const on =
    <Asked>(work: (context: Context, asked: Asked) => Promise<number>) =>
    async (asked: Asked, server: ServerOptions): Promise<number> => {
      const context = createContext(ports, language, server);
      return work(context, asked).catch((error: unknown) => tellFailure(context, error));
    };
  return {
    sync: on(sync),
    syncLocal: (asked, json) => syncLocal(ports, language, asked, json),
    status: on(status),
    watch: on(watchCommand),
    control: (verb, taskId, server) =>
      on((context, asked: string) => control(context, verb, asked))(taskId, server),
    retry: on(retry),
    records: on(records),
    exportRecords: on(exportRecords),
    schedules: (server) => on(schedules)(undefined, server),
    checkDatasets: (args) => runProgram(ports.programs.datasetsCheck, args, ports),
    backup: (args) => runProgram(ports.programs.backup, args, ports),
    serve: () => runProgram(ports.programs.server, [], ports),
  };
}
