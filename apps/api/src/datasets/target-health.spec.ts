import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect } from 'vitest';
import { DIALECTS } from '../../../../test/databases.js';
import { migratedDatabases } from '../../../../test/migrated-databases.js';
import { testsOn } from '../../../../test/tests-on.js';
import { ScratchInstallation } from '../runner/installation.fixture.js';
import { makeDataset } from '../sync/sync.fixture.js';
import { TargetUnavailableError, type DayTarget } from '../targets/day-target.js';
import { OpenTargets } from '../targets/open-targets.js';
import { rememberPlace } from '../targets/target-place.js';
import { TargetRefusedError } from '../targets/target-rows.js';
import { readTargetState } from '../targets/target-version.js';
import { TargetHealth } from './target-health.js';

const scratch = migratedDatabases();
const DATASET = makeDataset({
  target: {
    ...makeDataset().target,
    place: { kind: 'parquet', path: '/nowhere', writtenPath: 'nowhere' },
  },
});

describe.each(DIALECTS)('the check of a target elsewhere, on %s', (dialect) => {
  const it = testsOn(dialect);
  let sync: ScratchInstallation;
  let health: TargetHealth;
  /** What the target answers. */
  let readKey: () => Promise<string | null>;
  beforeEach(async () => {
    sync = await ScratchInstallation.open(await scratch(dialect));
    const target = { readKey: () => readKey() } as Partial<DayTarget> as DayTarget;
    health = new TargetHealth(
      ...([sync.database, new OpenTargets(() => target), sync.metrics, sync.clock] as const),
      pino({ level: 'silent' }),
    );
  });
  afterEach(() => sync.close());

  const remember = (key: string | null): Promise<void> =>
    sync.database.write('targets', ({ db }) =>
      rememberPlace(db, DATASET.name, DATASET.target, key),
    );
  const stored = async (): Promise<string | null> =>
    (await readTargetState(sync.database.read, dialect, DATASET)).key;
  const answers = (key: string | null, meanwhile?: () => Promise<void>): Promise<void> => {
    readKey = async () => {
      await meanwhile?.();
      return key;
    };
    return health.checkAll([DATASET]);
  };

  it('stores the key that the target has', async () => {
    await answers('k1');
    expect(await stored()).toBe('k1');
    await answers('k2');
    expect(await stored()).toBe('k2');
    await answers(null);
    expect(await stored()).toBeNull();
    await answers('k3');
    expect(await stored()).toBe('k3');
    expect(health.of(DATASET)).toMatchObject({ error: null });
  });

  it.each<[string, string | null | undefined, string | null, string | null]>([
    ['a target that was never asked', undefined, 'k1', 'old'],
    ['a target that was not there', null, 'k1', 'old'],
    ['a table that was dropped', 'k1', 'k2', null],
    ['a table that was made again', 'k1', 'k2', 'old'],
  ])('keeps the key of a lane that has prepared %s meanwhile', async (_, before, newer, read) => {
    if (before !== undefined) await remember(before);
    await answers(read, () => remember(newer));
    expect(await stored()).toBe(newer);
  });

  it.each([
    [new TargetUnavailableError('TARGET_LOCKED', 'locked'), 'TARGET_LOCKED'],
    [new TargetRefusedError('t', 'no package', null), 'TARGET_REFUSED'],
    [new TypeError('a bug'), 'INTERNAL'],
  ])('shows why it failed: %s', async (error, code) => {
    await remember('k1');
    readKey = () => Promise.reject(error);
    await health.checkAll([DATASET]);
    expect(health.of(DATASET)).toMatchObject({ error: { code } });
    expect(await stored()).toBe('k1');
  });
});
