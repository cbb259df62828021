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

/** What the program must not show; known before anything is written. */
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
      // Under a launcher a signal comes twice.
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
      tell: progress.tell,
    });
    progress.end();
    return tellResult(result, 128 + constants.signals[stoppedBy]);
  } catch (error) {
    progress.end();
    return tellError(error);
  }
}

/** Here the PostgreSQL is no matter of choice. */
function readWithDatabase(
  env: Environment,
  taken: (secret: string) => void = () => undefined,
): EnvironmentResult {
  const result = readEnvironment(env, taken);
  if (env['DATABASE_URL'] !== undefined && env['DATABASE_URL'] !== '') return result;
  const expected = 'the PostgreSQL to move to, such as postgres://user:password@host:5432/daysync';
  const error = { name: 'DATABASE_URL', expected, received: 'nothing' };
  return { ok: false, errors: [...(result.ok ? [] : result.errors), error] };
}

function tellResult(result: MoveResult, stoppedCode: number): number {
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
      const untold = differences.count - differences.first.length;
      const lines = [
        `PostgreSQL does not have the same as SQLite: ${differences.count} ${differences.count === 1 ? 'difference' : 'differences'}.`,
        ...differences.first.map((difference) => `  ${differenceLine(difference)}`),
        ...(untold === 0 ? [] : [`  and ${untold} more`]),
        `The move has not ended. See to it that nobody else writes there; then copy all of it anew: ${USAGE.replace(/[[\]]/g, '')}`,
      ];
      return complain(lines, 1);
    }
    case 'stopped':
      return complain([`Stopped: ${GOES_ON}.`], stoppedCode);
  }
}

function tellError(error: unknown): number {
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
