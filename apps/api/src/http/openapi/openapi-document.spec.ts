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
