// `daysync init`: finds out how a source is written, adds a dataset for it to the datasets file, and tries one day.
import 'reflect-metadata';
import { constants } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { readEnvironment } from '../config/environment.js';
import { DatasetsDocument, writeDraft } from '../datasets/init/dataset-yaml.js';
import { InitError } from '../datasets/init/init-failure.js';
import { checkOptions } from '../datasets/init/init-options.js';
import { reportProposal } from '../datasets/init/init-report.js';
import { openSource } from '../datasets/init/init-source.js';
import { isTable, openTable } from '../datasets/init/table/sql-table.js';
import { proposeDataset } from '../datasets/init/init.js';
import { tryDraft } from '../datasets/init/try-draft.js';
import { askNowhere, askOnTerminal } from './choose.js';

/** `EX_USAGE` of sysexits.h. */
const USAGE_EXIT_CODE = 64;
const OPTIONS = {
  name: { type: 'string' },
  table: { type: 'string' },
  'day-column': { type: 'string' },
  'day-format': { type: 'string' },
  'time-zone': { type: 'string' },
  decimal: { type: 'string' },
  'dry-run': { type: 'boolean', default: false },
} as const;

async function main(args: readonly string[], signal: AbortSignal): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: OPTIONS,
    allowPositionals: true,
  });
  const [source, ...others] = positionals;
  if (source === undefined || others.length > 0) {
    const hint = others.length > 0 ? `: put a path with * in quotes, as in 'data/*.csv'` : '';
    return complain([`expected one source, got ${positionals.length}${hint}`], USAGE_EXIT_CODE);
  }
  const options = {
    ...{ name: values.name, table: values.table, timeZone: values['time-zone'] },
    ...{ dayColumn: values['day-column'], dayFormat: values['day-format'] },
    decimal: values.decimal,
  };
  checkOptions(options);
  const { file, maxRangeDays } = readSettings();
  const folder = path.dirname(path.resolve(file));
  const datasets = await DatasetsDocument.read(file);
  const opened = isTable(source)
    ? await openTable(source, folder, signal, {
        isFree: (name, secret) => {
          const known = process.env[name];
          return known === undefined ? !datasets.uses(name) : known === secret;
        },
      })
    : await openSource(source, folder, signal);
  const { stdin, stdout, stderr } = process;
  const ask = stdin.isTTY && stderr.isTTY ? askOnTerminal(stdin, stderr) : askNowhere;
  const proposal = await proposeDataset(opened, options, datasets.taken(), ask, signal);
  const { draft, doubts } = proposal;
  const secrets = (opened.variables ?? []).map(({ name, value }) => [name, value] as const);
  const env = { ...process.env, ...Object.fromEntries(secrets) };
  // Read as a sync will read it, before anything is written.
  const trial = await tryDraft(draft, proposal.day.first, { folder, env }, signal);
  if (!trial.fits) return complain([`Nothing was written to ${file}:`, ...trial.report], 1);
  if (values['dry-run']) {
    stderr.write(doubts.map((doubt) => `Not sure: ${doubt}\n`).join(''));
    stdout.write(`datasets:\n${writeDraft(draft, '  ')}`);
    return 0;
  }
  await datasets.write(datasets.with(draft));
  const report = { source, file, opened, proposal, trial, maxRangeDays };
  const lines = reportProposal(report);
  stdout.write(`${lines.join('\n')}\n`);
  return 0;
}

interface Settings {
  readonly file: string;
  readonly maxRangeDays: number;
}

/** The other settings don't matter here, and may be wrong. */
function readSettings(): Settings {
  const { DATASETS_FILE, MAX_RANGE_DAYS } = process.env;
  const environment = readEnvironment({ DATASETS_FILE, MAX_RANGE_DAYS });
  if (!environment.ok) return { file: DATASETS_FILE ?? 'datasets.yaml', maxRangeDays: 0 };
  const { datasetsFile, maxRangeDays } = environment.config;
  return { file: datasetsFile, maxRangeDays };
}

function complain(lines: readonly string[], exitCode: number): number {
  process.stderr.write(`${lines.join('\n')}\n`);
  return exitCode;
}

const stopping = new AbortController();
let stoppedBy: 'SIGINT' | 'SIGTERM' | undefined;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    // Under a launcher every signal comes twice.
    stoppedBy ??= signal;
    stopping.abort();
  });
}

function endWith(exitCode: number): void {
  // A source that is still open must not keep the process alive.
  process.stdout.write('', () => process.stderr.write('', () => process.exit(exitCode)));
}

main(process.argv.slice(2), stopping.signal).then(endWith, (error: unknown) => {
  if (stoppedBy !== undefined) {
    endWith(complain(['Stopped, nothing was written.'], 128 + constants.signals[stoppedBy]));
  } else if (error instanceof InitError) endWith(complain([error.message], 1));
  else {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    endWith(complain([text], 1));
  }
});
