import { afterEach, beforeEach, describe, expect } from 'vitest';
import { DIALECTS } from '../../../../test/databases.js';
import { migratedDatabases } from '../../../../test/migrated-databases.js';
import { testsOn } from '../../../../test/tests-on.js';
import { writeDayError } from '../batches/store/sync-record.js';
import { ScratchInstallation } from '../runner/installation.fixture.js';
import { AT, D1 } from '../sync/sync.fixture.js';
import { TargetUnavailableError, type DayTarget } from './day-target.js';
import { EarlierTargetError, EarlierTargets } from './earlier-targets.js';
import { OpenTargets } from './open-targets.js';
import { rememberPlace } from './target-place.js';
import type { Target } from './target.js';

const KEY = 'key-of-the-table';
const scratch = migratedDatabases();

function postgresAt(writtenUrl: string): Target {
  return { table: 'weather', columns: [], place: { kind: 'postgres', url: '', writtenUrl } };
}

describe.each(DIALECTS)('where the rows of a day were written, on %s', (dialect) => {
  const it = testsOn(dialect);
  let sync: ScratchInstallation;
  /** The key that each address has, or why it has none. */
  let keys: Readonly<Record<string, string | null | Error>>;
  let asked: readonly string[];
  beforeEach(async () => {
    [keys, asked] = [{}, []];
    sync = await ScratchInstallation.open(await scratch(dialect));
    const tried = { reason: null, rows: 1, attempts: 1, duration_ms: 1, last_batch_id: 'batch' };
    await sync.database.write('targets', async ({ db }) => {
      await db
        .insertInto('target_version')
        .values({ id: 7, dataset: 'a', table_name: 'weather', table_key: KEY, columns: '{}' })
        .execute();
      await db
        .insertInto('sync_record')
        .values({
          ...{ ...tried, ...writeDayError(null), dataset: 'a', day: D1, status: 'success' },
          ...{ last_tried_at: AT, last_success_at: AT, target_version: 7 },
        })
        .execute();
    });
  });
  afterEach(() => sync.close());

  /** Where they are found, if these places of the same table are known. */
  async function find(
    places: readonly string[],
    env: Readonly<Record<string, string>>,
  ): Promise<Target['place']> {
    await sync.database.write('targets', async ({ db }) => {
      for (const url of places) await rememberPlace(db, 'a', postgresAt(url), KEY);
    });
    const open = new OpenTargets(({ place }) => {
      const url = place?.kind === 'postgres' ? place.url : '';
      const readKey = (): Promise<string | null> => {
        asked = [...asked, url];
        const key = keys[url] ?? null;
        return key instanceof Error ? Promise.reject(key) : Promise.resolve(key);
      };
      return { readKey } as Partial<DayTarget> as DayTarget;
    });
    const earlier = new EarlierTargets(sync.database, open, (name) => env[name]);
    return (await earlier.find('a', D1)).target.place;
  }

  const BOTH = ['${A_URL}', '${B_URL}'];

  it('is the one place that is known, without a question', async () => {
    expect(await find(['${A_URL}'], { A_URL: 'a' })).toMatchObject({ url: 'a' });
    expect(asked).toEqual([]);
  });

  it.each([
    ['B_URL', 'b'],
    ['A_URL', 'a'],
  ])('is the place whose variable is set: %s', async (name, url) => {
    keys = { [url]: KEY };
    expect(await find(BOTH, { [name]: url })).toMatchObject({ url });
  });

  it('is the place that has the table now', async () => {
    const away = new TargetUnavailableError('TARGET_UNREACHABLE', 'away');
    const env = { A_URL: 'a', B_URL: 'b' };
    keys = { a: away, b: KEY };
    expect(await find(BOTH, env)).toMatchObject({ url: 'b' });
    keys = { a: null, b: KEY };
    expect(await find(BOTH, env)).toMatchObject({ url: 'b' });
    keys = { a: null, b: away };
    await expect(find(BOTH, env)).rejects.toBe(away);
    await expect(find(BOTH, { B_URL: 'b' })).rejects.toBe(away);
    keys = { a: null, b: 'of-another-table' };
    await expect(find(BOTH, env)).rejects.toThrow('expected the rows of 2025-10-01 in weather');
  });

  it('is not known where no variable is set', async () => {
    const error = await find(BOTH, {}).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(EarlierTargetError);
    expect(String(error)).toContain('expected the variable A_URL of ${A_URL} in the environment');
  });
});
