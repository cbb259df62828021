import { describe, expect, it } from 'vitest';
import type { OpenAPIObject, OperationObject } from '@nestjs/swagger';
import { PROBLEM_EXTENSION } from './api-answers.js';
import { completeDocument } from './openapi-document.js';

const OK = {
  description: 'Fine.',
  content: { 'application/json': { schema: { type: 'string' } } },
} as const;

/** The document of one read and one change, which takes a `Body`. */
function documentOf(get: Partial<OperationObject> = {}): OpenAPIObject {
  const body = {
    content: { 'application/json': { schema: { $ref: '#/components/schemas/Body' } } },
  };
  return completeDocument({
    openapi: '3.1.0',
    info: { title: 't', version: '1', contact: {} },
    paths: {
      '/a': {
        get: { responses: { '200': structuredClone(OK) }, ...get },
        post: { responses: { '200': structuredClone(OK) }, requestBody: body },
      },
    },
    components: {
      schemas: {
        Body: { type: 'object', properties: { example: { type: 'string', example: 'x' } } },
      },
    },
  });
}

describe('completeDocument', () => {
  it('adds to each operation what any call can answer, to a change also what refuses it', () => {
    const { get, post } = documentOf().paths['/a'] ?? {};
    expect(Object.keys(get?.responses ?? {})).toEqual(
      expect.arrayContaining(['400', '401', '403', '408', '421', '429', '431', '500']),
    );
    expect(Object.keys(get?.responses ?? {})).not.toContain('413');
    expect(post?.responses).toMatchObject({
      '400': { $ref: '#/components/responses/VALIDATION_FAILED.BAD_REQUEST' },
      '403': { $ref: '#/components/responses/FORBIDDEN.CROSS_SITE.PROXY_NEEDS_TOKENS' },
    });
  });

  it('joins the codes of an operation with those of every operation, and removes the extensions', () => {
    const extension = { [`${PROBLEM_EXTENSION}RATE_LIMITED`]: true };
    const document = documentOf(extension as Partial<OperationObject>);
    expect(document.paths['/a']?.get?.responses['429']).toEqual({
      $ref: '#/components/responses/RATE_LIMITED',
    });
    expect(document.components?.responses?.['RATE_LIMITED']).toMatchObject({
      headers: { 'Retry-After': expect.anything() as unknown },
    });
    expect(JSON.stringify(document)).not.toContain(PROBLEM_EXTENSION);
  });

  it('makes each read of JSON conditional', () => {
    const { get, post } = documentOf().paths['/a'] ?? {};
    expect(get?.responses).toMatchObject({ '200': { headers: { ETag: {} } }, '304': {} });
    expect(get?.parameters).toMatchObject([{ name: 'If-None-Match', in: 'header' }]);
    expect(post?.responses['304']).toBeUndefined();
  });

  it('closes bodies, and writes examples as JSON Schema has them, whatever a field is called', () => {
    expect(documentOf().components?.schemas?.['Body']).toEqual({
      type: 'object',
      properties: { example: { type: 'string', examples: ['x'] } },
      additionalProperties: false,
    });
  });
});
