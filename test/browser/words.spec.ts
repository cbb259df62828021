import { glob, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ERROR_CODES } from '../../apps/web/src/app/i18n/error-codes.fixture.js';
import { zh } from '../../apps/web/src/app/i18n/zh.js';
import { startDaysync } from '../daysync-process.js';
import { TOP, weather } from '../scratch.js';

interface OpenApi {
  readonly components: {
    readonly schemas: Readonly<
      Record<
        string,
        { readonly properties: Readonly<Record<string, { readonly enum?: string[] }>> }
      >
    >;
  };
}

/** How the API's code makes an error of a day, a source or a batch. */
const MADE =
  /(?:SourceError|fail\w*)\(\s*(?:'[a-z_]+',\s*)?'(?<made>[A-Z_]+)'|\bcode: '(?<literal>[A-Z_]+)'/g;

/** The codes that stand in the API's code. */
async function writtenCodes(): Promise<ReadonlySet<string>> {
  const codes = new Set<string>();
  const api = path.join(TOP, 'apps/api/src');
  for await (const file of glob('**/*.ts', { cwd: api })) {
    if (file.endsWith('.spec.ts')) continue;
    const text = await readFile(path.join(api, file), 'utf8');
    for (const { groups } of text.matchAll(MADE)) {
      codes.add(groups?.['made'] ?? groups?.['literal'] ?? '');
    }
  }
  return codes;
}

describe('the words of the console', () => {
  it('tell every problem that the API knows', async () => {
    const daysync = await startDaysync({ datasets: [weather()] });
    const { schemas } = ((await daysync.call('/openapi.json')).body as OpenApi).components;
    const codes = schemas['ProblemDto']?.properties['code']?.enum ?? [];
    expect(codes).toContain('NOTHING_TO_RETRY');
    const keys = codes.map((code) => `error.${code}`);
    // A spec beside the words holds that English has the same keys.
    expect(keys.filter((key) => !(key in zh))).toEqual([]);
  });

  it('tell everything that the API can say is wrong with a day', async () => {
    const written = await writtenCodes();
    expect(written.size).toBeGreaterThan(15);
    // A spec beside the words holds that each of the list has some.
    const listed: readonly string[] = ERROR_CODES;
    expect([...written].filter((code) => !listed.includes(code))).toEqual([]);
  });
});
