import { glob, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  ACTIVE_STATUSES,
  calendarDay,
  LANGUAGES,
  MESSAGE_CODES,
  OUTCOMES,
  progressMessage,
  SKIP_REASONS,
  SYNC_MODES,
  WAITING_KINDS,
} from '@daysync/progress';
import {
  DAY_ERROR_CODES,
  DAY_ERRORS,
  type DayErrorEntry,
} from '../../apps/api/src/sources/day-errors.js';
import { WEBHOOK_EVENTS, DELIVERY_STATES } from '../../apps/api/src/database/schema.js';
import { PROBLEM_CODES } from '../../apps/api/src/http/problems/problem.js';
import { WEBHOOK_ERRORS } from '../../apps/api/src/webhooks/webhook-errors.js';
import { BATCH_STATES } from '../../apps/api/src/batches/store/batch-filter.js';
import { RUN_REASONS } from '../../apps/api/src/batches/plan.js';
import { dayErrorsEn } from '../../apps/web/src/app/i18n/day-errors.en.js';
import { dayErrorsZh } from '../../apps/web/src/app/i18n/day-errors.zh.js';
import { datasetsZh } from '../../apps/web/src/app/i18n/datasets.zh.js';
import { extendZh } from '../../apps/web/src/app/i18n/extend.zh.js';
import { webhooksZh } from '../../apps/web/src/app/i18n/webhooks.zh.js';
import { zh } from '../../apps/web/src/app/i18n/zh.js';
import { TOP } from '../scratch.js';

/** A `code` that stands in the API's code; all others are typed. */
const CODE = /\bcode: '(?<code>[A-Z_]+)'/g;
const MADE = /\bSourceError\(\s*'(?<kind>[a-z_]+)',\s*'(?<code>[A-Z_]+)'/g;

/** The API's code without its specs and the list of day errors. */
async function sources(): Promise<readonly string[]> {
  const api = path.join(TOP, 'apps/api/src');
  const texts: Promise<string>[] = [];
  for await (const file of glob('**/*.ts', { cwd: api })) {
    if (/\.(?:spec|fixture)\.ts$|day-errors\.ts$/.test(file)) continue;
    texts.push(readFile(path.join(api, file), 'utf8'));
  }
  texts.push(readFile(path.join(TOP, 'libs/progress/src/progress.ts'), 'utf8'));
  return Promise.all(texts);
}

describe('the words of the console', () => {
  const words: Readonly<Record<string, string>> = {
    ...zh,
    ...datasetsZh,
    ...extendZh,
    ...webhooksZh,
  };

  // A spec beside the words checks that English has the same keys, and that none is empty.
  it.each([
    ['problem that the API answers', 'error', PROBLEM_CODES],
    ['error that a day can have', 'error', DAY_ERROR_CODES],
    ['error that a delivery can have', 'error', Object.keys(WEBHOOK_ERRORS)],
    ['event of a webhook', 'webhook.event', WEBHOOK_EVENTS],
    ['state of a delivery', 'delivery.state', DELIVERY_STATES],
    ['reason to skip a day', 'reason', SKIP_REASONS],
    ['reason to run a day', 'run', RUN_REASONS],
    ['outcome of a day', 'outcome', OUTCOMES],
    ['state of a batch', 'state', [...ACTIVE_STATUSES, ...BATCH_STATES]],
    ['mode of a batch', 'mode', SYNC_MODES],
    ['thing that a batch can wait for', 'waiting', WAITING_KINDS],
  ])('have every %s', (_, group, codes) => {
    expect(codes.length).toBeGreaterThan(2);
    expect(codes.map((code) => `${group}.${code}`).filter((key) => !(key in words))).toEqual([]);
  });

  it.each(LANGUAGES)('have every message of a progress in %s', (language) => {
    const counted = { success: 1, failed: 2, skipped: 3, current_date: calendarDay('2025-10-03') };
    const sentences = MESSAGE_CODES.map((message_code) =>
      progressMessage({ ...counted, message_code }, language),
    );
    expect(new Set(sentences).size).toBe(MESSAGE_CODES.length);
    const isChinese = sentences.map((sentence) => /\p{Script=Han}/u.test(sentence));
    expect(new Set(isChinese)).toEqual(new Set([language === 'zh']));
  });
});

describe('cause and fix of the errors of a day', () => {
  it('exist for every code in Chinese', () => {
    expect(Object.keys(dayErrorsZh).sort()).toEqual([...DAY_ERROR_CODES].sort());
    const texts = Object.values(dayErrorsZh).flatMap(({ cause, fix }) => [cause, fix]);
    expect(texts.filter((text) => !/\p{Script=Han}.*。$/u.test(text))).toEqual([]);
  });

  it('are in English what the catalogue of errors says', () => {
    const catalogue = Object.entries<DayErrorEntry>(DAY_ERRORS).map(([code, { cause, fix }]) => [
      code,
      { cause, fix },
    ]);
    expect(dayErrorsEn).toEqual(Object.fromEntries(catalogue));
  });
});

describe('the list of day errors', () => {
  const known: Readonly<Record<string, DayErrorEntry>> = DAY_ERRORS;

  it('has every code that the API writes, and no other', async () => {
    const texts = await sources();
    const written = texts.flatMap((text) =>
      [...text.matchAll(CODE)].map(({ groups }) => groups?.['code'] ?? ''),
    );
    expect(written.length).toBeGreaterThan(4);
    const unknown = written.filter((code) => !(code in known) && !(code in WEBHOOK_ERRORS));
    expect(unknown).toEqual([]);
    const unused = DAY_ERROR_CODES.filter((code) =>
      texts.every((text) => !text.includes(`'${code}'`)),
    );
    expect(unused).toEqual([]);
  });

  it('says of each code what it comes to', async () => {
    const made = (await sources()).flatMap((text) =>
      [...text.matchAll(MADE)].map(({ groups }) => ({
        kind: groups?.['kind'] ?? '',
        code: groups?.['code'] ?? '',
      })),
    );
    expect(made.length).toBeGreaterThan(25);
    const kindsOf = (code: string): readonly string[] => known[code]?.kinds ?? [];
    expect(made.filter(({ kind, code }) => !kindsOf(code).includes(kind))).toEqual([]);
  });
});
