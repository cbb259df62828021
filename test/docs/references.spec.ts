// The references of the docs say what the code says: the API, the environment and the datasets file.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readEnvironment, type AppConfig } from '../../apps/api/src/config/environment.js';
import { objectsPage, operationsPage } from '../../tools/api-reference.mjs';
import { TOP } from '../scratch.js';

const read = (file: string): string => readFileSync(path.join(TOP, file), 'utf8');
const document = JSON.parse(read('docs/openapi.json')) as object;
const configuration = read('docs/configuration.md');

/** Pages with keys of the datasets file; the page on configuration links to them. */
const KEY_PAGES = [
  'configuration',
  'quality',
  'quarantine',
  'schedules',
  'sources/files',
  'sources/http',
  'sources/provider',
  'sources/sql',
  'targets/duckdb',
  'targets/parquet',
  'targets/postgres',
  'webhooks',
].map((name) => `docs/${name}.md`);

describe('the reference of the API', () => {
  it.each([
    ['docs/api-operations.md', operationsPage(document)],
    ['docs/api-objects.md', objectsPage(document)],
  ])('%s is up to date (npm run openapi:client)', (file, page) => {
    expect(read(file)).toBe(page);
  });

  it('has each operation with its path', () => {
    const { paths } = document as { paths: Record<string, Record<string, unknown>> };
    const page = operationsPage(document);
    for (const [url, item] of Object.entries(paths)) {
      for (const method of Object.keys(item)) {
        expect(page).toContain(`\n\`${method.toUpperCase()} ${url}\`\n`);
      }
    }
  });
});

describe('the table of environment variables', () => {
  const rows = [...configuration.matchAll(/^\| `([A-Z_]+)` +\| ([^|]+) \|/gm)].map(
    ([, name = '', preset = '']) => [name, preset.trim().replaceAll('`', '')] as const,
  );

  it('has every variable that the program reads, and no other', () => {
    const source = read('apps/api/src/config/environment.ts');
    const tracing = read('apps/api/src/config/tracing-variables.ts');
    const shape = [...source.matchAll(/^ {2}(?:@.*\) )?([A-Z_]{4,})(?:: \w+)? = /gm)];
    const direct = [...source.matchAll(/env\['([A-Z_]+)'\]/g)];
    const ofTracing = [...tracing.matchAll(/'(OTEL_EXPORTER_OTLP_ENDPOINT)'/g)];
    const names = new Set([...shape, ...direct, ...ofTracing].map(([, name]) => name));
    expect(names.size).toBeGreaterThan(20);
    expect(new Set(rows.map(([name]) => name))).toEqual(names);
  });

  it('has the defaults of the program', () => {
    const result = readEnvironment({});
    if (!result.ok) throw new Error('expected the defaults to be valid');
    const values = new Map(
      Object.entries(result.config satisfies AppConfig).map(([key, value]) => [
        key.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase(),
        value as unknown,
      ]),
    );
    const wrong = rows.filter(([name, preset]) => {
      const value = values.get(name);
      // None by default, or another one on each machine.
      if (preset === '—' || name === 'NODE_NAME') return false;
      return String(value) !== preset;
    });
    expect(wrong).toEqual([]);
  });
});

describe('the keys of the datasets file', () => {
  it('are all on the pages about it', () => {
    const schema = JSON.parse(read('docs/datasets.schema.json')) as unknown;
    const keys = new Set(keysIn(schema));
    expect(keys.size).toBeGreaterThan(60);
    const text = KEY_PAGES.map(read).join('\n');
    // As code, or as a key of an example.
    const isThere = (key: string): boolean =>
      new RegExp(`\`[^\`\n]*\\b${key}\\b[^\`\n]*\`|^[ -]*.*\\b${key}: `, 'm').test(text);
    expect([...keys].filter((key) => !isThere(key))).toEqual([]);
  });
});

/** The names of all properties of a JSON Schema, without those of conditions. */
function* keysIn(schema: unknown): Generator<string> {
  if (typeof schema !== 'object' || schema === null) return;
  for (const [word, inner] of Object.entries(schema)) {
    if (word === 'if' || word === 'then' || word === 'not') continue;
    if (word === 'properties') yield* Object.keys(inner as object);
    const parts = word === 'properties' ? Object.values(inner as object) : [inner];
    for (const part of parts.flat()) yield* keysIn(part);
  }
}
