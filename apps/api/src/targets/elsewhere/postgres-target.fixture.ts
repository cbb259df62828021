import { calendarDay, type CalendarDay } from '@daysync/progress';
import { Client } from 'pg';
import { afterEach } from 'vitest';
import type { TargetValue } from '../column-types.js';
import { PostgresTarget, type PostgresTargetOptions } from './postgres-target.js';
import { targetColumn } from './day-target-values.fixture.js';

export const DAY = calendarDay('2025-10-01');
/** A target of one column, and what writes to it. */
export class ScratchPostgresTarget {
  readonly target: PostgresTarget;
  private key = '';
  private token = 0;

  constructor(
    private readonly url: string,
    options: Partial<PostgresTargetOptions> = {},
  ) {
    const columns = [targetColumn('celsius', 'integer', false)];
    this.target = new PostgresTarget({
      ...{ url, writtenUrl: '${TARGET}', table: 'readings', columns },
      ...options,
    });
  }

  async prepare(): Promise<string> {
    const { key, differences } = await this.target.prepare();
    if (key === null) throw new TypeError(`expected a key, got ${JSON.stringify(differences)}`);
    this.key = key;
    return key;
  }

  /** @returns the token of the write, the next one if none is given */
  async write(
    rows: readonly (readonly TargetValue[])[],
    {
      token = this.token + 1,
      day = DAY,
      signal = new AbortController().signal,
    }: { readonly token?: number; readonly day?: CalendarDay; readonly signal?: AbortSignal } = {},
  ): Promise<number> {
    this.token = token;
    await this.target.replaceDay({ day, rows, token, key: this.key }, signal);
    return token;
  }

  /** What a write fails with. */
  async failure(...given: Parameters<ScratchPostgresTarget['write']>): Promise<unknown> {
    return this.write(...given).then(
      () => undefined,
      (error: unknown) => error,
    );
  }

  /** The values of the day, in order. */
  async numbers(day = DAY): Promise<readonly number[]> {
    const rows = await this.execute(
      `select celsius::integer from readings where sync_day = '${day}' order by celsius`,
    );
    return rows.map(({ celsius }) => Number(celsius));
  }

  /** Runs statements on a connection of another program. */
  execute(statements: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
    return executeOn(this.url, statements);
  }
}

/** Opens targets, each until its test ends. */
export function scratchTargets() {
  const opened: ScratchPostgresTarget[] = [];
  afterEach(async () => {
    for (const { target } of opened.splice(0)) await target.close();
  });
  const open = (...given: ConstructorParameters<typeof ScratchPostgresTarget>) => {
    const scratch = new ScratchPostgresTarget(...given);
    opened.push(scratch);
    return scratch;
  };
  const prepared = async (...given: Parameters<typeof open>): Promise<ScratchPostgresTarget> => {
    const scratch = open(...given);
    await scratch.prepare();
    return scratch;
  };
  return { open, prepared };
}

/** Runs statements on a connection of their own. @returns the rows of the last one */
export async function executeOn(
  url: string,
  statements: string,
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const results = [await client.query<Record<string, unknown>>(statements)].flat();
    return results.at(-1)?.rows ?? [];
  } finally {
    await client.end();
  }
}

/** A connection of another program, with an open transaction. Its end undoes it. */
export async function holdOpen(
  url: string,
  statements: string,
  applicationName = 'another program',
): Promise<Client> {
  const client = new Client({ connectionString: url, application_name: applicationName });
  // A test may end it.
  client.on('error', () => undefined);
  await client.connect();
  await client.query(`begin; ${statements}`);
  return client;
}
