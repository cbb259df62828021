// `npm run lighthouse`: what Lighthouse says of the pages of the built console, the median of several runs.
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, it } from 'vitest';
import { launchBrowser } from '../browser/browser.js';
import { startDaysync, type DaysyncProcess } from '../daysync-process.js';
import { freePort } from '../free-port.js';
import { birdstrikes, TOP, weather } from '../scratch.js';

const CLI = path.join(TOP, 'test/lighthouse/node_modules/lighthouse/cli/index.js');
const RUNS = 5;
/** The least score of each, of 100. */
const LEAST = { accessibility: 100, 'best-practices': 100, performance: 95 } as const;
type Category = keyof typeof LEAST;
const CATEGORIES = Object.keys(LEAST) as readonly Category[];

interface Report {
  readonly categories: Readonly<Record<Category, { readonly score: number | null }>>;
  readonly audits: Readonly<
    Record<string, { readonly score: number | null; readonly title: string }>
  >;
}

let daysync: DaysyncProcess;
let port: number;
let taskId: string;
beforeAll(async () => {
  daysync = await startDaysync({ datasets: [weather(), birdstrikes()] });
  const range = { start_date: '2012-01-01', end_date: '2012-12-31' };
  taskId = (await daysync.sync({ dataset: 'weather', ...range })).task_id;
  port = await freePort();
  await launchBrowser([`--remote-debugging-port=${port}`]);
});

it.each([
  ['the start page', () => '/'],
  ['the calendar', () => '/calendar?dataset=weather'],
  ['the records', () => '/records'],
  ['the batches', () => '/batches'],
  ['a batch', () => `/batches/${taskId}`],
  ['the datasets', () => '/datasets'],
])('%s is accessible, follows best practices and is quick', async (name, address) => {
  const reports: Report[] = [];
  for (let run = 0; run < RUNS; run += 1) reports.push(await audit(daysync.url + address()));
  const scores = Object.fromEntries(
    CATEGORIES.map((category) => [
      category,
      median(reports.map(({ categories }) => 100 * (categories[category].score ?? 0))),
    ]),
  );
  process.stdout.write(`${name}: ${JSON.stringify(scores)}\n`);
  const missed = CATEGORIES.filter((category) => (scores[category] ?? 0) < LEAST[category]);
  expect({ scores, missed, findings: missed.length > 0 ? findings(reports) : [] }).toMatchObject({
    missed: [],
  });
});

/** One run on a page, as on a desktop. */
async function audit(url: string): Promise<Report> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [
      CLI,
      url,
      `--port=${port}`,
      '--preset=desktop',
      `--only-categories=${CATEGORIES.join(',')}`,
      '--output=json',
      '--quiet',
      '--no-enable-error-reporting',
    ],
    { maxBuffer: 100_000_000 },
  );
  return JSON.parse(stdout) as Report;
}

/** What the last run found wanting. */
function findings(reports: readonly Report[]): string[] {
  return Object.entries(reports.at(-1)?.audits ?? {}).flatMap(([id, { score, title }]) =>
    score !== null && score < 1 ? [`${id}: ${title} (${score})`] : [],
  );
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return Math.round(sorted[Math.floor(sorted.length / 2)] ?? 0);
}
