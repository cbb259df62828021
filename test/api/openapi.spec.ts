import { spawnSync } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import SwaggerParser from '@apidevtools/swagger-parser';
import { beforeAll, describe, expect, it } from 'vitest';
import { Contract, shippedContract, type Json, type OpenApi } from '../contract.js';
import { startDaysync, type DaysyncProcess } from '../daysync-process.js';
import { scratchFolder, TOP, weather } from '../scratch.js';
import type { WireProblem } from '../wire.js';

const JSON_TYPE = { 'content-type': 'application/json' };
const CLIENT = path.join(TOP, 'apps/web/src/app/api/generated');

let daysync: DaysyncProcess;
let api: OpenApi;
let contract: Contract;
beforeAll(async () => {
  daysync = await startDaysync({ datasets: [weather()] });
  api = (await daysync.call('/openapi.json')).body as OpenApi;
  contract = new Contract(api);
});

/** Generates files again from docs/openapi.json. */
function generate(what: 'generateClient' | 'generateWireTypes', target: string): void {
  const tool = pathToFileURL(path.join(TOP, 'tools/openapi.mjs')).href;
  const script = `const tool = await import(${JSON.stringify(tool)}); await tool.${what}(...process.argv.slice(1));`;
  const made = spawnSync(
    process.execPath,
    ['--input-type=module', '-e', script, target, path.join(TOP, 'docs/openapi.json')],
    { encoding: 'utf8' },
  );
  expect(made).toMatchObject({ status: 0, stderr: '' });
}

/** Every schema with examples, and its place; only in schemas `examples` is a list. */
function* schemasIn(value: unknown, place: string): Generator<[string, Json]> {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray((value as Json)['examples'])) yield [place, value as Json];
  for (const [key, inner] of Object.entries(value)) {
    // The content of an example is data.
    if (key !== 'examples') yield* schemasIn(inner, `${place}.${key}`);
  }
}

describe('/openapi.json', () => {
  it('is up to date in docs/openapi.json (npm run openapi:client)', () => {
    expect(api).toEqual(shippedContract().document);
  });

  it('is a valid document of OpenAPI 3.1', async () => {
    expect(api.openapi).toMatch(/^3\.1\./);
    const copy = structuredClone(api) as unknown as Parameters<typeof SwaggerParser.validate>[0];
    await expect(SwaggerParser.validate(copy)).resolves.toBeDefined();
  });

  it('names each operation once, and describes it and its parameters', () => {
    const ids = contract.operations.map(({ operation }) => operation.operationId);
    expect(ids.length).toBeGreaterThanOrEqual(13);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { operation } of contract.operations) {
      expect(operation).toMatchObject({ summary: expect.stringMatching(/\S/) as unknown });
      expect(operation.tags).toHaveLength(1);
      for (const parameter of operation.parameters ?? []) {
        expect(parameter).toMatchObject({
          name: expect.anything() as unknown,
          description: expect.stringMatching(/\S/) as unknown,
          schema: { type: expect.anything() as unknown, examples: expect.anything() as unknown },
        });
      }
      for (const { schema } of Object.values(operation.requestBody?.content ?? {})) {
        expect(contract.resolve(schema)).toMatchObject({ additionalProperties: false });
      }
    }
  });

  it('describes every answer of every operation, with the request id', () => {
    for (const { method, operation } of contract.operations) {
      const statuses = Object.keys(operation.responses);
      expect(statuses.some((status) => status.startsWith('2'))).toBe(true);
      expect(statuses).toEqual(expect.arrayContaining(['400', '408', '421', '431', '500']));
      if (method !== 'get') expect(statuses).toEqual(expect.arrayContaining(['403', '413', '415']));
      for (const [status, reference] of Object.entries(operation.responses)) {
        const { headers, content } = contract.resolve(reference);
        expect(Object.keys(headers ?? {})).toContain('X-Request-Id');
        if (Number(status) >= 400)
          expect(Object.keys(content ?? {})).toEqual(['application/problem+json']);
      }
    }
  });

  it('gives every field a type, an example and a description', () => {
    const poor: string[] = [];
    let fields = 0;
    for (const [name, schema] of Object.entries(api.components.schemas)) {
      for (const [key, field] of Object.entries((schema['properties'] ?? {}) as Json)) {
        fields += 1;
        const { description, ...others } = field as Json;
        const refers = ['$ref', 'allOf', 'oneOf', 'anyOf'].some((keyword) => keyword in others);
        if (!refers && !('type' in others)) poor.push(`${name}.${key}: type`);
        if (!('examples' in others) && !refers) poor.push(`${name}.${key}: example`);
        if (typeof description !== 'string' && !refers) poor.push(`${name}.${key}: description`);
      }
    }
    expect(poor).toEqual([]);
    expect(fields).toBeGreaterThan(40);
  });

  it('has only examples that match their schemas', () => {
    let examples = 0;
    const refused: string[] = [];
    const check = (place: string, schema: Json, value: unknown): void => {
      examples += 1;
      const errors = contract.errorsOf(schema, value);
      if (errors.length > 0)
        refused.push(`${place}: ${JSON.stringify(value)} ${errors.join(', ')}`);
    };
    for (const [place, schema] of schemasIn(api, 'api')) {
      for (const value of (schema['examples'] as unknown[] | undefined) ?? []) {
        const { examples: _, ...others } = schema;
        check(place, others, value);
      }
    }
    for (const { operation } of contract.operations) {
      for (const reference of Object.values(operation.responses)) {
        for (const media of Object.values(contract.resolve(reference).content ?? {})) {
          for (const [name, example] of Object.entries(media.examples ?? {})) {
            check(
              `${operation.operationId} ${name}`,
              media.schema,
              contract.resolve(example).value,
            );
          }
        }
      }
    }
    expect(refused).toEqual([]);
    expect(examples).toBeGreaterThan(150);
  });

  it.each<[string, RequestInit, number]>([
    ['JSON that is malformed', { headers: JSON_TYPE, body: '{"start_date":' }, 400],
    ['a body that is too large', { headers: JSON_TYPE, body: `"${'x'.repeat(20_000)}"` }, 413],
    ['another media type', { headers: { 'content-type': 'text/xml' }, body: '<a/>' }, 415],
    ['a call from another site', { headers: { origin: 'http://elsewhere.example' } }, 403],
  ])('declares the answers of every POST to %s', async (_, request, status) => {
    const posts = contract.operations.filter(({ method }) => method === 'post');
    expect(posts.length).toBeGreaterThanOrEqual(6);
    for (const { template } of posts) {
      // `call` fails if the status or the code is not declared.
      const answer = await daysync.call(template.replace(/\{\w+\}/, 'nothing'), {
        ...request,
        method: 'POST',
      });
      expect([template, answer.status]).toEqual([template, status]);
    }
  });
});

describe('“Try it out” of Swagger UI', () => {
  /** What it sends if nothing is changed: the first example of the body, or else what the fields give as theirs. */
  function firstSample(template: string): unknown {
    const { content } = api.paths[template]?.['post']?.requestBody ?? { content: {} };
    const { examples = {}, schema = {} } = content['application/json'] ?? {};
    const [example] = Object.values(examples);
    if (example !== undefined) return example.value;
    const name = String(schema['$ref']).split('/').at(-1) ?? '';
    const fields = Object.entries((api.components.schemas[name]?.['properties'] ?? {}) as Json);
    return Object.fromEntries(
      fields.map(([key, field]) => [key, ((field as Json)['examples'] as unknown[])[0]]),
    );
  }

  it.each([
    ['/api/v1/sync-status/sync/batch/preview', 200],
    ['/api/v1/sync-status/sync/batch', 202],
  ])('works as it is: POST %s', async (template, status) => {
    const sample = firstSample(template);
    expect(sample).not.toHaveProperty('plan_hash');
    const answer = await daysync.call(template, {
      method: 'POST',
      headers: JSON_TYPE,
      body: JSON.stringify(sample),
    });
    expect(answer).toMatchObject({ status, body: { status: 'success' } });
  });

  it('has only examples of bodies that their schemas accept', () => {
    for (const { operation } of contract.operations) {
      for (const media of Object.values(operation.requestBody?.content ?? {})) {
        for (const { value } of Object.values(media.examples ?? {})) {
          expect(contract.errorsOf(media.schema, value)).toEqual([]);
        }
      }
    }
  });
});

describe('the client of the console', () => {
  it('is up to date with docs/openapi.json (npm run openapi:client)', async () => {
    const folder = path.join(await scratchFolder(), 'generated');
    generate('generateClient', folder);
    const names = async (top: string): Promise<string[]> =>
      (await readdir(top, { recursive: true })).filter((name) => name.endsWith('.ts')).sort();
    const files = await names(folder);
    expect(files.length).toBeGreaterThan(20);
    expect(await names(CLIENT)).toEqual(files);
    for (const file of files) {
      const [shipped, generated] = await Promise.all(
        [CLIENT, folder].map((top) => readFile(path.join(top, file), 'utf8')),
      );
      expect({ file, text: shipped }).toEqual({ file, text: generated });
    }
  });
});

describe('the types of @daysync/client', () => {
  it('are up to date with docs/openapi.json (npm run openapi:client)', async () => {
    const file = path.join(await scratchFolder(), 'wire.ts');
    generate('generateWireTypes', file);
    const shipped = path.join(TOP, 'libs/client/src/api/generated/wire.ts');
    expect(await readFile(file, 'utf8')).toBe(await readFile(shipped, 'utf8'));
  });
});

describe('the type of a problem', () => {
  it('links to a page with its cause and fix', async () => {
    const { body } = await daysync.api('nothing/here');
    const { type, code } = body as WireProblem;
    const url = new URL(type, daysync.url);
    const page = await fetch(url);
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toMatch(/^text\/html/);
    expect(await page.text()).toContain(`<section id="${code}">`);
    expect(url.hash).toBe(`#${code}`);
  });
});

describe('/docs', () => {
  it('loads Swagger UI only from this host', async () => {
    const page = await fetch(`${daysync.url}/docs`);
    expect(page.status).toBe(200);
    const html = await page.text();
    expect(html).toMatch(/swagger/i);
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/default-src/);
    expect(policy).not.toMatch(/https?:|\*/);

    const assets = [...html.matchAll(/(?:src|href)="([^"#]+)"/g)].map((match) => match[1] ?? '');
    const addresses = assets.map((asset) => new URL(asset, page.url));
    expect(addresses.length).toBeGreaterThan(0);
    expect(new Set(addresses.map(({ origin }) => origin))).toEqual(new Set([daysync.url]));
    const statuses = await Promise.all(addresses.map(async (url) => (await fetch(url)).status));
    expect(new Set(statuses)).toEqual(new Set([200]));
  });
});
