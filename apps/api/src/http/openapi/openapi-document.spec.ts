import type { OperationObject } from '@nestjs/swagger';
import { expect, it } from 'vitest';
import { completeDocument } from './openapi-document.js';

it('writes the examples of a schema as JSON Schema has them, whatever a field is called', () => {
  const properties = { example: { type: 'string', example: 'x' } };
  const { components } = completeDocument({
    ...{ openapi: '3.1.0', info: { title: 't', version: '1' }, paths: {} },
    components: { schemas: { Body: { type: 'object', properties } } },
  });
  expect(components?.schemas?.['Body']).toEqual({
    ...{ type: 'object', properties: { example: { type: 'string', examples: ['x'] } } },
  });
});

it('says of reads alone that they may answer 304', () => {
  const operation = (): OperationObject => ({
    responses: { 200: { description: 'Found.', content: { 'application/json': {} } } },
  });
  const [get, post] = [operation(), operation()];
  completeDocument({
    ...{ openapi: '3.1.0', info: { title: 't', version: '1' }, paths: { '/days': { get, post } } },
    components: {},
  });
  expect(Object.keys(get.responses)).toContain('304');
  expect(Object.keys(post.responses)).not.toContain('304');
});
