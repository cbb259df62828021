import type { ServerOptions } from '../api/context.js';
import { datasets } from '../commands/datasets.js';
import { runProgram } from '../commands/local-programs.js';
import { reloadDatasets } from '../commands/reload.js';
import type { Program } from '../terminal/ports.js';
import type { CommandBuilder } from './command-builder.js';

interface InitFlags {
  readonly name?: string;
  readonly table?: string;
  readonly dayColumn?: string;
  readonly dayFormat?: string;
  readonly decimal?: string;
  readonly timeZone?: string;
  readonly dryRun?: true;
}

interface DatasetsOptions extends ServerOptions {
  readonly needsAttention?: true;
}

/**
 * `init`, `datasets check`, `try`, `rename` and `reset`, `doctor`, `support-bundle`, `backup` and `serve`: the commands
 * that run a program on this machine. And
 * `datasets` and `datasets reload`, which call a server.
 */
export function addLocalCommands(builder: CommandBuilder): void {
  const { help, parse, ports, setExitCode } = builder;
  const { server, backup, datasetsCheck, datasetsChange, datasetsInit, doctor, supportBundle } =
    ports.programs;
  const execute = async (program: Program, ...args: readonly string[]): Promise<void> => {
    setExitCode(await runProgram(program, args, ports));
  };
  // Otherwise its usage is that of the npm script.
  const check = (...args: readonly string[]): Promise<void> =>
    execute(datasetsCheck, '--from-daysync', ...args);

  builder
    .add('init', help.init)
    .argument('<source...>', help.initSource)
    .option('--name <name>', help.initName)
    .option('--table <table>', help.initTable)
    .option('--day-column <column>', help.initDayColumn)
    .option('--day-format <format>', help.initDayFormat)
    .option('--time-zone <zone>', help.initTimeZone)
    .option('--decimal <mark>', help.initDecimal)
    .option('--dry-run', help.initDryRun)
    .action((sources: readonly string[], options: InitFlags) =>
      execute(datasetsInit, ...initArguments(options), '--', ...sources),
    );

  const group = builder
    .addForServer('datasets', help.datasets)
    .option('--needs-attention', help.needsAttention)
    .action((options: DatasetsOptions) =>
      builder.callServer(options, (context) => datasets(context, options.needsAttention === true)),
    );
  builder
    .add('check', help.check, group)
    .argument('[file]', help.file)
    .action((file?: string) => check(...(file === undefined ? [] : [file])));
  builder
    .add('try', help.try, group)
    .argument('<dataset>', help.dataset)
    .argument('<day>', help.day, (text: string) => (parse.day(text), text))
    .argument('[file]', help.file)
    .action((dataset: string, day: string, file?: string) =>
      check(...(file === undefined ? [] : [file]), '--try', dataset, day),
    );

  builder
    .addForServer('reload', help.reload, group)
    .action((options: ServerOptions) => builder.callServer(options, reloadDatasets));
  builder
    .add('rename', help.rename, group)
    .argument('<dataset>', help.oldName)
    .argument('<new-name>', help.newName)
    .option('--yes', help.yes)
    .action((dataset: string, newName: string, { yes: isSure }: { readonly yes?: boolean }) =>
      execute(datasetsChange, 'rename', dataset, newName, ...(isSure === true ? ['--yes'] : [])),
    );
  builder
    .add('reset', help.reset, group)
    .argument('<dataset>', help.dataset)
    .option('--yes', help.yes)
    .action((dataset: string, { yes: isSure }: { readonly yes?: boolean }) =>
      execute(datasetsChange, 'reset', dataset, ...(isSure === true ? ['--yes'] : [])),
    );
  builder.completeGroup(group);

  builder
    .add('doctor', help.doctor)
    .option('--json', help.json)
    .action(({ json }: { readonly json?: true }) =>
      execute(doctor, ...(json === true ? ['--json'] : [])),
    );
  builder
    .add('support-bundle', help.supportBundle)
    .argument('[file]', help.supportFile)
    .option('--yes', help.yes)
    .action((file: string | undefined, { yes: isSure }: { readonly yes?: boolean }) =>
      execute(
        supportBundle,
        ...(file === undefined ? [] : [file]),
        ...(isSure === true ? ['--yes'] : []),
      ),
    );
  builder
    .add('backup', help.backup)
    .argument('<file>', help.copy)
    .action((file: string) => execute(backup, file));
  builder.add('serve', help.serve).action(() => execute(server));
}

/** The options as the program reads them. */
function initArguments(options: InitFlags): readonly string[] {
  const { name, table, dayColumn, dayFormat, timeZone, decimal, dryRun } = options;
  const values = {
    ...{ name, table, 'day-column': dayColumn, 'day-format': dayFormat, 'time-zone': timeZone },
    decimal,
  };
  const given = Object.entries(values).flatMap(([key, value]) =>
    value === undefined ? [] : [`--${key}=${value}`],
  );
  return dryRun === true ? [...given, '--dry-run'] : given;
}
