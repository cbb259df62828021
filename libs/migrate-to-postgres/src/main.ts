// `npm run migrate:to-postgres`: moves what SQLite has to the PostgreSQL of DATABASE_URL, once Daysync is stopped.
import { constants } from 'node:os';
import { BootError, readConfiguration, type Environment } from '../../../apps/api/src/app/boot.js';
import {
  readEnvironment,
  type EnvironmentResult,
} from '../../../apps/api/src/config/environment.js';
import { faultPointsFrom } from '../../../apps/api/src/database/fault-points.js';
import { DatabaseUnavailableError } from '../../../apps/api/src/database/unavailable.js';
import { SecretValues } from '../../../apps/api/src/config/secret-values.js';
import { differenceLine } from './difference.js';
import { move, type MoveResult } from './move.js';
import { showMove, MoveRefusedError } from './move-progress.js';

const USAGE = 'npm run migrate:to-postgres [-- --anew]';
/** `EX_USAGE` of sysexits.h. */
const USAGE_EXIT_CODE = 64;
/** Set by the crash tests alone, as for the server. */
const FAULT_VARIABLE = 'DAYSYNC_FAULT';
const GOES_ON = 'the same command goes on where this one stopped';

/** Registered before anything is printed. */
const secrets = new SecretValues();

async function main(args: readonly string[], env: Environment): Promise<number> {
  const [option, ...others] = args;
  if ((option !== undefined && option !== '--anew') || others.length > 0) {
    return complain([`expected nothing or --anew: ${USAGE}`], USAGE_EXIT_CODE);
  }
  const stopping = new AbortController();
  let stoppedBy: 'SIGINT' | 'SIGTERM' = 'SIGINT';
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      // A launcher sends a signal twice.
      if (!stopping.signal.aborted) stoppedBy = signal;
      stopping.abort();
    });
  }
  const progress = showMove(process.stdout);
  try {
    const { config, datasets } = readConfiguration(env, secrets, readWithDatabase);
    const result = await move({
      config,
      url: config.databaseUrl ?? '',
      datasets,
      anew: option === '--anew',
      faults: faultPointsFrom(env[FAULT_VARIABLE]),
      signal: stopping.signal,
      report: progress.report,
    });
    progress.end();
    return printResult(result, 128 + constants.signals[stoppedBy]);
  } catch (error) {
    progress.end();
    return printError(error);
  }
}

/** Here DATABASE_URL is required. */
function readWithDatabase(
  env: Environment,
  onSecret: (secret: string) => void = () => undefined,
): EnvironmentResult {
  const result = readEnvironment(env, onSecret);
  if (env['DATABASE_URL'] !== undefined && env['DATABASE_URL'] !== '') return result;
  const expected = 'the PostgreSQL to move to, such as postgres://user:password@host:5432/daysync';
  const error = { name: 'DATABASE_URL', expected, received: 'nothing' };
  return { ok: false, errors: [...(result.ok ? [] : result.errors), error] };
}

function printResult(result: MoveResult, stoppedCode: number): number {
  switch (result.kind) {
    case 'moved': {
      const { file, rows, left } = result;
      const lines = [
        ...(left.length === 0
          ? []
          : [`Not moved, since no dataset has it as its target: ${left.join(', ')}`]),
        `Moved and verified: ${rows} rows.`,
        `Now start Daysync with DATABASE_URL set, always from now on; keep ${file}, which is as it was, until PostgreSQL has proved itself.`,
      ];
      process.stdout.write(`${lines.join('\n')}\n`);
      return 0;
    }
    case 'differs': {
      const { differences } = result;
      const unlisted = differences.count - differences.first.length;
      const lines = [
        `PostgreSQL does not have the same as SQLite: ${differences.count} ${differences.count === 1 ? 'difference' : 'differences'}.`,
        ...differences.first.map((difference) => `  ${differenceLine(difference)}`),
        ...(unlisted === 0 ? [] : [`  and ${unlisted} more`]),
        `The move has not ended. Make sure that no other program writes there; then copy everything again: ${USAGE.replace(/[[\]]/g, '')}`,
      ];
      return complain(lines, 1);
    }
    case 'stopped':
      return complain([`Stopped: ${GOES_ON}.`], stoppedCode);
  }
}

function printError(error: unknown): number {
  if (error instanceof BootError) return complain(error.lines, error.exitCode);
  if (error instanceof MoveRefusedError) return complain([error.message], 1);
  if (error instanceof DatabaseUnavailableError) {
    return complain([`The move stopped, ${error.message}: ${GOES_ON}.`], 1);
  }
  return complain([error instanceof Error ? (error.stack ?? error.message) : String(error)], 1);
}

function complain(lines: readonly string[], exitCode: number): number {
  process.stderr.write(`${secrets.redact(lines.join('\n'))}\n`);
  return exitCode;
}

process.exitCode = await main(process.argv.slice(2), process.env);
