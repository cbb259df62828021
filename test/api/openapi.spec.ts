import { beforeAll, describe, expect, it } from '@jest/globals';
import { startDaysync, type DaysyncProcess } from '../daysync-process.js';
import { weather } from '../scratch.js';
import type { Problem } from '../wire.js';

type Json = Readonly<Record<string, unknown>>;

interface Operation {
  readonly summary?: string;
  readonly responses: Readonly<Record<string, Json>>;
  readonly parameters?: readonly Json[];
}

interface OpenApi {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Json>> };
}

const BASE = '/api/v1/sync-status';
const JSON_TYPE = { 'content-type': 'application/json' };

let daysync: DaysyncProcess;
let api: OpenApi;
beforeAll(async () => {
  daysync = await startDaysync({ datasets: [weather()] });
  api = (await daysync.call('/openapi.json')).body as OpenApi;
});

describe('/openapi.json', () => {
  it.each([
    ['post', `${BASE}/sync/batch`, '202', ['400', '404', '409', '413', '415', '422']],
    ['get', `${BASE}/sync/batch`, '200', ['400']],
    ['get', `${BASE}/sync/batch/progress/{task_id}`, '200', ['404']],
    ['get', `${BASE}/sync/batch/{task_id}/days`, '200', ['404']],
    ['get', `${BASE}/records`, '200', ['400']],
    ['get', `${BASE}/datasets`, '200', []],
    ['post', `${BASE}/sync/batch/{task_id}/retry`, '202', ['400', '404', '409', '413', '415']],
    ['post', `${BASE}/sync/batch/{task_id}/pause`, '200', ['404', '409']],
    ['get', '/health/live', '200', []],
  ])('describes %s %s with its answers', (method, path, success, errors) => {
    const operation = api.paths[path]?.[method];
    expect(operation?.summary).toMatch(/\S/);
    expect(Object.keys(operation?.responses ?? {})).toEqual(
      expect.arrayContaining([success, ...errors]),
    );
    for (const error of errors) {
      expect(operation?.responses[error]).toMatchObject({
        content: { 'application/problem+json': { schema: expect.anything() } },
      });
    }
  });

  it('gives every field a type, an example and a description', () => {
    const poor: string[] = [];
    let fields = 0;
    const walk = (schema: Json, path: string): void => {
      const properties = (schema['properties'] ?? {}) as Readonly<Record<string, Json>>;
      for (const [name, field] of Object.entries(properties)) {
        fields += 1;
        const place = `${path}.${name}`;
        const typed = ['type', '$ref', 'allOf', 'oneOf', 'anyOf'].some((key) => key in field);
        const nested = ['$ref', 'allOf', 'oneOf', 'properties'].some((key) => key in field);
        const items = field['items'] as Json | undefined;
        const example = 'example' in field || 'examples' in field || nested || items !== undefined;
        if (!typed) poor.push(`${place}: type`);
        if (!example) poor.push(`${place}: example`);
        if (typeof field['description'] !== 'string' && !('$ref' in field)) {
          poor.push(`${place}: description`);
        }
        walk(field, place);
        if (items !== undefined) walk(items, `${place}[]`);
      }
    };
    for (const [name, schema] of Object.entries(api.components.schemas)) walk(schema, name);
    for (const [path, operations] of Object.entries(api.paths)) {
      for (const [method, { parameters = [] }] of Object.entries(operations)) {
        for (const parameter of parameters) {
          if (typeof parameter['description'] !== 'string') {
            poor.push(`${method} ${path} ${String(parameter['name'])}: description`);
          }
        }
      }
    }
    expect(poor).toEqual([]);
    expect(fields).toBeGreaterThan(40);
  });

  it.each<[string, RequestInit, number]>([
    ['JSON that is malformed', { headers: JSON_TYPE, body: '{"start_date":' }, 400],
    ['a body that is too large', { headers: JSON_TYPE, body: `"${'x'.repeat(20_000)}"` }, 413],
    ['another media type', { headers: { 'content-type': 'text/xml' }, body: '<a/>' }, 415],
    ['a call from another site', { headers: { origin: 'http://elsewhere.example' } }, 403],
  ])('declares what every POST answers to %s', async (_, request, status) => {
    const paths = Object.keys(api.paths).filter((path) => api.paths[path]?.['post'] !== undefined);
    expect(paths.length).toBeGreaterThanOrEqual(6);
    const undeclared: string[] = [];
    for (const path of paths) {
      const answer = await daysync.call(path.replace(/\{\w+\}/, 'nothing'), {
        ...request,
        method: 'POST',
      });
      expect([path, answer.status]).toEqual([path, status]);
      const { code } = answer.body as Problem;
      const responses = new Map(Object.entries(api.paths[path]?.['post']?.responses ?? {}));
      const declared = String(responses.get(String(status))?.['description']);
      if (!declared.includes(`\`${code}\``)) undeclared.push(`${path}: ${status} ${code}`);
    }
    expect(undeclared).toEqual([]);
  });

  it('describes the progress as the wire has it', async () => {
    const progress = await daysync.sync({ start_date: '2012-01-01', end_date: '2012-01-01' });
    const described = Object.values(api.components.schemas).map((schema) =>
      Object.keys((schema['properties'] ?? {}) as Json).sort(),
    );
    expect(described).toContainEqual(Object.keys(progress).sort());
  });
});

describe('/docs', () => {
  it('shows Swagger UI from this host alone', async () => {
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
