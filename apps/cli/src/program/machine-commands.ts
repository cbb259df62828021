import type { CalendarDay } from '@daysync/progress';
import type { CommandKit } from './command-kit.js';

/** Run what works on this machine: its datasets file, its data folder, its server. */
export function addMachineCommands(kit: CommandKit): void {
  const { help, handlers, ended } = kit;
  const datasets = kit.add('datasets', help.datasets).helpCommand(false);
  kit
    .add('check', help.check, datasets)
    .argument('[file]', help.file)
    .action(async (file: string | undefined) => {
      ended(await handlers.checkDatasets(file === undefined ? [] : [file]));
    });
  kit
    .add('try', help.try, datasets)
    .argument('<dataset>', help.dataset)
    .addArgument(kit.day('day', help.day))
    .argument('[file]', help.file)
    .action(async (dataset: string, day: CalendarDay, file: string | undefined) => {
      const args = ['--try', dataset, day];
      ended(await handlers.checkDatasets(file === undefined ? args : [file, ...args]));
    });

  kit
    .add('backup', help.backup)
    .argument('<file>', help.copy)
    .action(async (file: string) => {
      ended(await handlers.backup([file]));
    });
  kit.add('serve', help.serve).action(async () => {
    ended(await handlers.serve());
  });
}
