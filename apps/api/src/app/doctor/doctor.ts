// Looks at everything that a start needs, changes nothing, and says what is wrong.
import type { Clock } from '../../config/clock.js';
import { bootErrorLines, warningLines } from '../../config/boot-error.js';
import { readEnvironment, type AppConfig } from '../../config/environment.js';
import { SecretValues } from '../../config/secret-values.js';
import { ownerOfDataDir } from '../../database/sqlite/data-dir.js';
import type { Dataset } from '../../datasets/file/dataset.js';
import { DatasetsFile } from '../../datasets/file/datasets-file.js';
import { checkDatabase } from './database.js';
import { ok, problem, warning, type Finding } from './finding.js';
import { checkDisk, checkFolders, checkMemory } from './machine.js';
import { checkPort, checkProxies, type DataDirOwner } from './network.js';
import { checkSources, checkTargets } from './reach.js';

export interface DoctorPorts {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Pick<Clock, 'now'>;
  /** Collects what no output may have. */
  readonly secrets: SecretValues;
}

/** Looks at one thing after another; yields what it finds as it comes. */
export async function* examine(ports: DoctorPorts): AsyncGenerator<Finding> {
  const { clock, env, secrets } = ports;
  yield* checkMemory();
  const { config, findings } = readSettings(ports);
  yield* findings;
  const { datasets, found } = readDatasets(
    config?.datasetsFile ?? env['DATASETS_FILE'] ?? 'datasets.yaml',
    env,
    secrets,
  );
  yield* found;
  if (config !== undefined) {
    yield* checkFolders(config);
    yield* await checkDisk(config);
    yield* await checkDatabase(config, datasets, clock);
    yield* await checkPort(config, ownerOf(config));
    yield* checkProxies(config, datasets, env);
  }
  yield* await checkSources(datasets);
  yield* await checkTargets(datasets);
}

/**
 * The environment; without what is wrong in it, so that one wrong variable hides nothing else. Without `DATABASE_URL`
 * another database would be examined, so there is none then.
 */
export function readSettings({ env, secrets }: Pick<DoctorPorts, 'env' | 'secrets'>): {
  readonly config: AppConfig | undefined;
  readonly findings: readonly Finding[];
} {
  const hide = (secret: string): void => {
    secrets.hide(secret);
  };
  const read = readEnvironment(env, hide);
  if (read.ok) {
    const warnings = read.warnings.map((text) => warning('settings', text));
    const findings = warnings.length > 0 ? warnings : [ok('settings', 'the environment is valid')];
    return { config: read.config, findings };
  }
  const wrong = new Set(read.errors.map(({ name }) => name));
  const others = Object.fromEntries(Object.entries(env).filter(([name]) => !wrong.has(name)));
  const rest = readEnvironment(others, hide);
  return {
    config: rest.ok && !wrong.has('DATABASE_URL') ? rest.config : undefined,
    findings: read.errors.map(({ name, expected, received }) =>
      problem(
        'settings',
        `${name}: expected ${expected}, got ${received}`,
        `correct or unset ${name} (docs/configuration.md)`,
      ),
    ),
  };
}

function readDatasets(
  path: string,
  env: DoctorPorts['env'],
  secrets: SecretValues,
): { readonly datasets: readonly Dataset[]; readonly found: readonly Finding[] } {
  const read = new DatasetsFile(path, env, (secret) => secrets.hide(secret)).readAtStart();
  if (!read.ok) {
    const [, ...lines] = bootErrorLines({
      environment: [],
      datasetsFile: { path, errors: read.errors },
    });
    const fix = 'correct the file (docs/configuration.md), and check it: daysync datasets check';
    return { datasets: [], found: lines.map((line) => problem('datasets', line.trim(), fix)) };
  }
  const { datasets } = read;
  const count = `${datasets.length} dataset${datasets.length === 1 ? '' : 's'}`;
  return {
    datasets,
    found: [
      ok('datasets', `${path}: ${count}`),
      ...warningLines(path, read.warnings).map((line) => warning('datasets', line)),
    ],
  };
}

/** Unknown also where the lock can't be opened: the check of the folders says why. */
function ownerOf({ databaseUrl, dataDir }: AppConfig): DataDirOwner {
  if (databaseUrl !== null) return { kind: 'unknown' };
  try {
    const refusal = ownerOfDataDir(dataDir);
    return refusal === undefined ? { kind: 'none' } : { kind: 'process', refusal };
  } catch {
    return { kind: 'unknown' };
  }
}
