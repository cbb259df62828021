// What a report of a fault needs, as one text without secrets.
import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import os from 'node:os';
import { isPair, isScalar, parseDocument, visit } from 'yaml';
import { toInstant } from '../../config/clock.js';
import type { AppConfig } from '../../config/environment.js';
import { hideNamedSecrets } from '../../config/named-secrets.js';
import { HIDDEN, type SecretValues } from '../../config/secret-values.js';
import { VERSION } from '../../config/version.js';
import { inMegabytes } from '../../config/disk.js';
import type { Database } from '../../database/database.js';
import { readStoredData } from '../stored-data.js';
import { examine, readSettings, type DoctorPorts } from './doctor.js';
import { findingLines, reasonOf, type Finding } from './finding.js';

/** How much of the log, from its end. */
const MOST_LOG_BYTES = 131_072;
const MOST_LOG_LINES = 300;
const LATEST_FAILURES = 20;
const LATEST_BATCHES = 20;
/** Variables of Node and of the network that change how Daysync runs. */
const OTHER_VARIABLES = /^(?:NODE_OPTIONS|TZ|LANG|OTEL_.*|(?:HTTPS?|ALL|NO)_PROXY)$/i;
/** Headers of requests, such as `OTEL_EXPORTER_OTLP_HEADERS`: most have a key, by a name of any kind. */
const HEADERS = /_HEADERS$/i;

type Readable = Pick<Database, 'read' | 'dialect'>;
type Section = readonly [title: string, lines: readonly string[]];

/**
 * The whole text: versions, findings of the doctor, settings, datasets file, what is stored, and the end of the log.
 * Secrets are replaced: those of the environment by their values, all others by their names.
 */
export async function supportText(ports: DoctorPorts): Promise<string> {
  const findings: Finding[] = [];
  for await (const finding of examine(ports)) findings.push(finding);
  const { config } = readSettings(ports);
  const { clock, env, secrets } = ports;
  const datasetsFile = config?.datasetsFile ?? env['DATASETS_FILE'] ?? 'datasets.yaml';
  const datasets = linesOf(datasetsFile);
  hideWritten(datasets.join('\n'), secrets);
  const sections: readonly Section[] = [
    ['Versions', versions()],
    ['Doctor', findings.flatMap(findingLines)],
    ['Settings', settings(config, env)],
    [`Datasets file ${datasetsFile}`, datasets],
    ['Stored', config === undefined ? ['not read: a setting is wrong'] : await storedLines(config)],
    ...(config === undefined ? [] : [logSection(config.logFile)]),
  ];
  const head = [
    `Daysync support bundle, ${toInstant(clock.now())}`,
    'Secrets are replaced by [hidden] or ***. Read it before you send it.',
  ];
  const text = [head, ...sections.map(([title, lines]) => [`## ${title}`, '', ...lines])]
    .map((lines) => `${lines.join('\n')}\n`)
    .join('\n');
  return hideNamedSecrets(secrets.redact(text));
}

/**
 * Hides what the text of the datasets file alone does not show to be a secret: what YAML has in the lines below a name,
 * `password: |-`, and the values of headers, whatever their names.
 */
export function hideWritten(yaml: string, secrets: Pick<SecretValues, 'hide'>): void {
  visit(parseDocument(yaml), {
    Pair(_index, { key, value }, ancestors) {
      if (!isScalar(key) || !isScalar(value)) return;
      if (
        ancestors.some((one) => isPair(one) && isScalar(one.key) && one.key.value === 'headers')
      ) {
        // As it is written: a number may be a key too.
        hideWords(value.source ?? '', secrets);
        return;
      }
      if (typeof value.value !== 'string') return;
      if (value.type !== 'BLOCK_LITERAL' && value.type !== 'BLOCK_FOLDED') return;
      const inOneLine = JSON.stringify({ [String(key.value)]: value.value });
      if (hideNamedSecrets(inOneLine) !== inOneLine) hideWords(value.value, secrets);
    },
  });
}

/** Without those that name a variable, whose value is hidden by itself. */
function hideWords(text: string, secrets: Pick<SecretValues, 'hide'>): void {
  for (const word of text.trim().split(/\s+/)) {
    if (!word.includes('${')) secrets.hide(word);
  }
}

function versions(): readonly string[] {
  return [
    `Daysync ${VERSION}, Node ${process.versions.node}, ${process.platform} ${process.arch}`,
    `${os.type()} ${os.release()}, ${os.availableParallelism()} processors, ${inMegabytes(os.totalmem())} of memory`,
  ];
}

function settings(config: AppConfig | undefined, env: DoctorPorts['env']): readonly string[] {
  const others = Object.entries(env).filter(([name]) => OTHER_VARIABLES.test(name));
  const written = others.map(
    ([name, value = '']) => `${name}=${HEADERS.test(name) ? HIDDEN : value}`,
  );
  if (config === undefined) return ['not read: a setting is wrong', ...written];
  const { databaseUrl, tokens, ...plain } = config;
  const url = databaseUrl === null ? null : new URL(databaseUrl);
  return [
    ...Object.entries(plain).map(([name, value]) => `${name}: ${JSON.stringify(value)}`),
    `callers: ${tokens.map(({ name, role }) => `${name} (${role})`).join(', ') || 'none'}`,
    `database: ${url === null ? 'SQLite' : `PostgreSQL at ${url.host}, ${url.pathname.slice(1)}`}`,
    ...written,
  ];
}

function linesOf(file: string): readonly string[] {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n');
  } catch (error) {
    return [`not read: ${reasonOf(error)}`];
  }
}

async function storedLines(config: AppConfig): Promise<readonly string[]> {
  try {
    const lines = await readStoredData(config, readStored);
    return typeof lines === 'string' ? [`nothing of this version (${lines})`] : lines;
  } catch (error) {
    return [`not read: ${reasonOf(error)}`];
  }
}

async function readStored({ read: db }: Readable): Promise<readonly string[]> {
  const records = await db
    .selectFrom('sync_record')
    .select((select) => ['dataset', 'status', select.fn.countAll<number>().as('days')])
    .groupBy(['dataset', 'status'])
    .orderBy('dataset')
    .orderBy('status')
    .execute();
  const batches = await db
    .selectFrom('batch')
    .select(['batch_id', 'status', 'mode', 'total', 'error_code'])
    .orderBy('seq', 'desc')
    .limit(LATEST_BATCHES)
    .execute();
  const failures = await db
    .selectFrom('sync_record')
    .select(['dataset', 'day', 'error_code', 'error_text', 'last_tried_at'])
    .where('status', '=', 'failed')
    .orderBy('last_tried_at', 'desc')
    .limit(LATEST_FAILURES)
    .execute();
  return [
    'Days:',
    ...records.map(({ dataset, days, status }) => `  ${dataset}: ${days} ${status}`),
    'Latest batches:',
    ...batches.map(
      ({ batch_id, error_code, mode, status, total }) =>
        `  ${batch_id}: ${status}, ${mode}, ${total} days${error_code === null ? '' : `, ${error_code}`}`,
    ),
    'Latest failures:',
    ...failures.map(
      ({ dataset, day, error_code, error_text, last_tried_at }) =>
        `  ${last_tried_at} ${dataset} ${day} ${error_code ?? ''}: ${error_text ?? ''}`,
    ),
  ];
}

function logSection(file: string): Section {
  try {
    return [`End of the log ${file}`, endOf(file)];
  } catch (error) {
    return [`Log ${file}`, [`not read: ${reasonOf(error)}`]];
  }
}

function endOf(file: string): readonly string[] {
  const handle = openSync(file, 'r');
  try {
    const { size } = fstatSync(handle);
    const from = Math.max(0, size - MOST_LOG_BYTES);
    const bytes = Buffer.alloc(size - from);
    readSync(handle, bytes, 0, bytes.length, from);
    const lines = bytes.toString('utf8').trimEnd().split('\n');
    // The first one may be cut.
    return (from === 0 ? lines : lines.slice(1)).slice(-MOST_LOG_LINES);
  } finally {
    closeSync(handle);
  }
}
