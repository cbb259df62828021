import type { CalendarDay } from '@daysync/progress';
import { runProgram } from '../commands/local-programs.js';
import type { Program } from '../terminal/ports.js';
import type { CommandBuilder } from './command-builder.js';

/** `datasets check`, `datasets try`, `backup` and `serve`: the commands that run a program on this machine. */
export function addLocalCommands(builder: CommandBuilder): void {
  const { help, ports, setExitCode } = builder;
  const { server, backup, datasetsCheck } = ports.programs;
  const execute = async (program: Program, ...args: readonly string[]): Promise<void> => {
    setExitCode(await runProgram(program, args, ports));
  };
  // Otherwise its usage is that of the npm script.
  const check = (...args: readonly string[]): Promise<void> =>
    execute(datasetsCheck, '--from-daysync', ...args);

  const datasets = builder.add('datasets', help.datasets).helpCommand(false);
  builder
    .add('check', help.check, datasets)
    .argument('[file]', help.file)
    .action((file?: string) => check(...(file === undefined ? [] : [file])));
  builder
    .add('try', help.try, datasets)
    .argument('<dataset>', help.dataset)
    .addArgument(builder.day('day', help.day))
    .argument('[file]', help.file)
    .action((dataset: string, day: CalendarDay, file?: string) =>
      check(...(file === undefined ? [] : [file]), '--try', dataset, day),
    );

  builder
    .add('backup', help.backup)
    .argument('<file>', help.copy)
    .action((file: string) => execute(backup, file));
  builder.add('serve', help.serve).action(() => execute(server));
}
