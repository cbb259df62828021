// The demo of `npm run dev`: a datasets file with files of its own, and batches that the program runs through its API. Some of
// the files are wrong on purpose.
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { inProject, UserFacingError } from './project.mjs';

/** Ignored by git. */
const FOLDER = inProject('var/dev');
const DATASETS_FILE = path.join(FOLDER, 'datasets.yaml');
/** Written once the demo is complete. */
const DONE = path.join(FOLDER, 'seeded');
const SALES_DAYS = 150;
/** The last days have no file. */
const LATE_DAYS = 4;
const POLL_MS = 100;
/** No batch of the demo takes nearly as long. */
const MOST_MS = 120_000;

/** What the program runs with. */
export const DEMO_ENVIRONMENT = {
  DATASETS_FILE,
  DATA_DIR: path.join(FOLDER, 'data'),
  LOG_FILE: path.join(FOLDER, 'app.log'),
  DEV_WEBHOOK_SECRET: `whsec_${randomBytes(24).toString('base64')}`,
};

/**
 * Writes the files of the demo, unless it is there.
 * @param {Date} now @param {boolean} isFresh whether the demo of before goes
 */
export function writeDemo(now, isFresh) {
  if (!isFresh && fs.existsSync(DONE)) return;
  // One that was not completed is made anew as well.
  fs.rmSync(FOLDER, { recursive: true, force: true });
  fs.mkdirSync(path.join(FOLDER, 'sales'), { recursive: true });
  for (let back = LATE_DAYS; back < LATE_DAYS + SALES_DAYS; back += 1) {
    fs.writeFileSync(path.join(FOLDER, 'sales', `${dayBefore(now, back)}.csv`), salesOf(now, back));
  }
  fs.copyFileSync(inProject('tools/templates/dev/datasets.yaml'), DATASETS_FILE);
}

/**
 * Runs the batches of the demo, unless it is complete.
 * @param {string} url of the program @param {Date} now
 * @returns whether it ran any
 */
export async function seedDemo(url, now) {
  if (fs.existsSync(DONE)) return false;
  const api = new Api(url);
  await Promise.all([
    api.sync('weather', '2015-01-01', '2015-12-31'),
    api.sync('weather_files', '2015-12-01', '2015-12-31'),
    api.sync('sales', dayBefore(now, LATE_DAYS + SALES_DAYS - 1), dayBefore(now, LATE_DAYS)),
    api.sync('prices', dayBefore(now, 10), dayBefore(now, 1)),
    api.pause('birdstrikes', '2000-03-01', '2000-04-30'),
  ]);
  fs.writeFileSync(DONE, '');
  return true;
}

/** The sales of a day: from Monday to Friday some forty, and at the weekend some ten. */
function salesOf(now, back) {
  const day = dayBefore(now, back);
  const isWeekend = [0, 6].includes(new Date(day).getUTCDay());
  const age = back - LATE_DAYS;
  // A source of another form, twice: these days fail.
  if (age === 6 || age === 7) return 'oops,this,is\nno,sales,file\n';
  // Half a delivery, and one that came three times.
  const share = { 9: 0.4, 15: 3 }[age] ?? 1;
  const count = Math.round((isWeekend ? 10 : 40) * share) + (age % 3);
  const rows = Array.from({ length: count }, (_, n) => {
    const id = age * 1_000 + n;
    // Some rows are put in quarantine; of one day too many.
    const isBad = age === 21 ? n < 8 : age % 10 === 2 && n < 2;
    const amount = isBad
      ? 'n/a'
      : `${(id * 7919) % 300}.${String((id * 31) % 100).padStart(2, '0')}`;
    const time = `${String(8 + (n % 12)).padStart(2, '0')}:${String((id * 13) % 60).padStart(2, '0')}`;
    return `${id},${['Bern', 'Oslo', 'Porto'][n % 3]},${amount},${day}T${time}:00Z`;
  });
  return `id,shop,amount,sold_at\n${rows.join('\n')}\n`;
}

function dayBefore(now, days) {
  return new Date(now.getTime() - days * 86_400_000).toISOString().slice(0, 10);
}

/** The calls of the demo. */
class Api {
  constructor(url) {
    this.url = `${url}/api/v1/sync-status/sync/batch`;
  }

  /** Runs a batch until it has ended, or pauses. */
  async sync(dataset, start_date, end_date) {
    await this.until(await this.start(dataset, start_date, end_date), ({ status }) =>
      ['completed', 'failed', 'cancelled', 'paused'].includes(status),
    );
  }

  /** Starts a batch, and pauses it after some days. */
  async pause(dataset, start_date, end_date) {
    const id = await this.start(dataset, start_date, end_date);
    await this.until(id, ({ current }) => current > 3);
    await this.call(`/${id}/pause`, {});
  }

  async start(dataset, start_date, end_date) {
    const { task_id: id } = await this.call('', { dataset, start_date, end_date });
    return id;
  }

  async until(id, isReached) {
    for (let waited = 0; waited < MOST_MS; waited += POLL_MS) {
      if (isReached(await this.call(`/progress/${id}`))) return;
      await sleep(POLL_MS);
    }
    throw new UserFacingError(`expected batch ${id} of the demo to end within ${MOST_MS} ms`);
  }

  async call(address, body) {
    const headers = { 'content-type': 'application/json' };
    const sent = body === undefined ? {} : { method: 'POST', headers, body: JSON.stringify(body) };
    const response = await fetch(this.url + address, sent);
    if (!response.ok) {
      throw new UserFacingError(
        `expected the API to take ${address}, got ${await response.text()}`,
      );
    }
    return (await response.json()).data;
  }
}
