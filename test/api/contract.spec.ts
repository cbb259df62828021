// The check of every other test's answers against the OpenAPI document finds drift.
import { beforeAll, describe, expect, it } from 'vitest';
import { expectContract, shippedContract, type OpenApi } from '../contract.js';
import type { Answer } from '../daysync.js';
import { startApp } from '../daysync-app.js';
import { weather } from '../scratch.js';

const PATH = '/api/v1/sync-status/sync/batch';

let answer: Answer;
beforeAll(async () => {
  const daysync = await startApp({ datasets: [weather()] });
  await daysync.sync({ start_date: '2012-01-01', end_date: '2012-01-01' });
  answer = await daysync.api('sync/batch?page_size=1');
});

/** The answer with changed fields in its only batch. */
function withBatch(change: (batch: Record<string, unknown>) => void): Answer {
  const body = structuredClone(answer.body) as { data: { items: Record<string, unknown>[] } };
  const [batch] = body.data.items;
  if (batch === undefined) throw new Error('expected a batch');
  change(batch);
  return { ...answer, body };
}

function withHeaders(changes: Readonly<Record<string, string | null>>): Answer {
  const headers = new Headers(answer.headers);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) headers.delete(name);
    else headers.set(name, value);
  }
  return { ...answer, headers };
}

describe('the contract', () => {
  it('accepts a real answer', () => {
    expect(shippedContract().drift('GET', PATH, answer)).toEqual([]);
  });

  it.each<[string, () => Answer]>([
    ['a field that is not described', () => withBatch((batch) => (batch['secret'] = 1))],
    ['a field that is missing', () => withBatch((batch) => delete batch['rev'])],
    ['a value of another type', () => withBatch((batch) => (batch['total'] = '1'))],
    ['a value out of its bounds', () => withBatch((batch) => (batch['percent'] = 101))],
    ['a word that is not in the list', () => withBatch((batch) => (batch['status'] = 'lost'))],
    ['a text of another form', () => withBatch((batch) => (batch['start_date'] = '2012-02-30'))],
    ['a status that is not described', () => ({ ...answer, status: 201 })],
    ['another media type', () => withHeaders({ 'content-type': 'text/html' })],
    ['a header that is missing', () => withHeaders({ etag: null })],
    ['a header of another form', () => withHeaders({ 'x-request-id': '7' })],
    ['a body where there should be none', () => ({ ...answer, status: 304 })],
  ])('fails for %s', (_, drifted) => {
    expect(() => {
      expectContract('GET', PATH, drifted());
    }).toThrow('docs/openapi.json says');
  });

  it('finds the operation of a path, and prefers one without parameters', () => {
    const contract = shippedContract();
    const id = (method: string, path: string): string | undefined =>
      contract.find(method, PATH + path)?.operation.operationId;
    expect(id('POST', '/preview')).toBe('previewBatch');
    expect(id('GET', '/progress/x?y=/z')).toBe('getProgress');
    expect(id('GET', '/x/days')).toBe('listBatchDays');
    expect(id('DELETE', '/x')).toBeUndefined();
  });

  it('fails for a code that an operation does not describe', () => {
    const { document } = shippedContract();
    const { examples } = document.components as OpenApi['components'] & {
      readonly examples: Readonly<Record<string, { readonly value: unknown }>>;
    };
    const problem = (code: string): Answer => ({
      ...withHeaders({ 'content-type': 'application/problem+json' }),
      status: 400,
      body: examples[code]?.value,
    });
    const drift = (code: string): readonly string[] =>
      shippedContract().drift('GET', `${PATH}/x/days`, problem(code));
    expect(drift('BAD_REQUEST')).toEqual([]);
    expect(drift('RANGE_REVERSED')).not.toEqual([]);
  });
});
