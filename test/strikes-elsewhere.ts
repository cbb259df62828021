// Wildlife strikes that are synced into a target outside Daysync's own database, from a source that counts its calls.
import { renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import { CallLog } from './crash/call-log.js';
import { countedStrikes } from './crash/undisturbed-run.js';
import type { Daysync, StartOptions } from './daysync.js';
import { startApp } from './daysync-app.js';
import { startDaysync } from './daysync-process.js';
import { readTarget, targetElsewhere, type KindElsewhere } from './elsewhere.js';
import { birdstrikes, scratchFolder, type DatasetYaml } from './scratch.js';
import { dumpTable } from './target-table.js';

export const RANGE = { dataset: 'birdstrikes', start_date: '1990-01-01', end_date: '1990-02-09' };

export interface StrikesElsewhere {
  readonly folder: string;
  readonly dataset: DatasetYaml;
  readonly calls: CallLog;
  readonly env: Readonly<Record<string, string>>;
}

/** The strikes of the repository by a source that counts its calls, into a target of a kind. */
export async function strikesElsewhere(
  kind: KindElsewhere,
  makePostgres: () => Promise<string>,
): Promise<StrikesElsewhere> {
  const folder = await scratchFolder();
  const [calls, gate] = [path.join(folder, 'calls'), path.join(folder, 'gate')];
  writeFileSync(gate, '9999-12-31');
  const { keys, env } = await targetElsewhere(kind, folder, makePostgres);
  const { target } = birdstrikes();
  const dataset = countedStrikes({ calls, gate }, { target: { ...keys, columns: target.columns } });
  return { folder, dataset, calls: new CallLog(calls), env };
}

/** The source answers the days before this one, and no other. */
export function blockFrom({ folder }: StrikesElsewhere, day: string): void {
  const gate = path.join(folder, 'gate');
  writeFileSync(`${gate}.next`, day);
  renameSync(`${gate}.next`, gate);
}

export const optionsOf = (
  { folder, dataset, env }: StrikesElsewhere,
  more: Record<string, string> = {},
): StartOptions => ({ folder, datasets: [dataset], env: { ...env, ...more } });

export const start = (...options: Parameters<typeof optionsOf>) =>
  startDaysync(optionsOf(...options));

let known: Promise<string> | undefined;

/** The rows that the same batch writes into a table of Daysync's own database. */
function undisturbed(scene: StrikesElsewhere): Promise<string> {
  known ??= syncOwn(scene);
  return known;
}

async function syncOwn(scene: StrikesElsewhere): Promise<string> {
  const { columns } = scene.dataset.target;
  const dataset = { ...scene.dataset, target: { table: 'strikes', columns } };
  const daysync = await startApp(optionsOf({ ...scene, folder: await scratchFolder(), dataset }));
  await daysync.sync(RANGE);
  await daysync.stop();
  return dumpTable(daysync.database, 'strikes');
}

/** Source, record and target agree, and the target has what a table would have. The program ends. */
export async function expectWhole(
  scene: StrikesElsewhere,
  daysync: Daysync & { stop(): Promise<unknown> },
): Promise<void> {
  const verified = await daysync.sync({ ...RANGE, mode: 'verify', verify: 'report' });
  expect(verified).toMatchObject({ failed: 0, status: 'completed' });
  await daysync.stop();
  expect(await readTarget(scene.dataset, scene.env)).toBe(await undisturbed(scene));
}
