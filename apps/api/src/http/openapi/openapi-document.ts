import type {
  ComponentsObject,
  OpenAPIObject,
  OperationObject,
  ParameterObject,
  ResponseObject,
} from '@nestjs/swagger';
import { API_HEADERS, headerReferences } from './api-headers.js';
import { ProblemDescriptions } from './openapi-problems.js';

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

const IF_NONE_MATCH: ParameterObject = {
  name: 'If-None-Match',
  in: 'header',
  required: false,
  description:
    'The `ETag` of an earlier response: answered with 304 as long as nothing has changed.',
  schema: { type: 'string', example: '"k4Zyx0bA2m7bM3hQpTn1C0dYw5E"' },
};

/**
 * Adds what is the same for all operations, so that no controller can forget it: common errors, conditional reads,
 * common headers, bodies without unknown fields, and authentication.
 * @param document the document of Nest, which is changed in place
 */
export function completeDocument(document: OpenAPIObject): OpenAPIObject {
  const { components = {}, info, paths } = document;
  delete info.contact;
  document.servers = [{ url: '/' }];
  document.security = [{}, { bearer: [] }, { session: [] }];
  const problems = new ProblemDescriptions();
  const schemas = components.schemas ?? {};
  for (const operations of Object.values(paths)) {
    for (const method of METHODS) {
      const operation = operations[method];
      if (operation === undefined) continue;
      problems.describe(operation, method !== 'get');
      if (method === 'get') describeConditionalRead(operation);
      for (const response of responsesOf(operation)) {
        response.headers = { ...headerReferences('X-Request-Id'), ...response.headers };
      }
      closeBody(operation, schemas);
    }
  }
  const { responses, examples } = problems;
  document.components = { ...components, headers: { ...API_HEADERS }, responses, examples };
  return withExamplesOfJsonSchema(document) as OpenAPIObject;
}

function responsesOf(operation: OperationObject): readonly ResponseObject[] {
  return Object.values(operation.responses).filter(
    (response): response is ResponseObject => response !== undefined && !('$ref' in response),
  );
}

/** Every read of JSON has an entity tag and answers 304. */
function describeConditionalRead(operation: OperationObject): void {
  const success = operation.responses['200'];
  if (success === undefined || '$ref' in success) return;
  if (success.content?.['application/json'] === undefined) return;
  success.headers = { ...success.headers, ...headerReferences('ETag') };
  operation.responses['304'] = {
    description: 'Not modified: the `ETag` is still current.',
    headers: headerReferences('ETag'),
  };
  operation.parameters = [...(operation.parameters ?? []), IF_NONE_MATCH];
}

/** Bodies with unknown fields are refused, so that a misspelled field does not go unseen. */
function closeBody(
  { requestBody }: OperationObject,
  schemas: NonNullable<ComponentsObject['schemas']>,
): void {
  if (requestBody === undefined || '$ref' in requestBody) return;
  for (const { schema } of Object.values(requestBody.content)) {
    const name = schema !== undefined && '$ref' in schema ? schema.$ref.split('/').at(-1) : '';
    const body = schemas[name ?? ''];
    if (body !== undefined && !('$ref' in body)) body.additionalProperties = false;
  }
}

/** OpenAPI 3.1 uses the `examples` of JSON Schema in place of the `example` that Nest writes. */
function withExamplesOfJsonSchema(value: unknown, inSchema = false): unknown {
  if (Array.isArray(value)) return value.map((entry) => withExamplesOfJsonSchema(entry, inSchema));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]: [string, unknown]) => {
      if (inSchema && key === 'example') return ['examples', [inner]];
      // An example is data, not a description.
      if (key === 'example' || key === 'examples') return [key, inner];
      if (key === 'schemas' || (inSchema && key === 'properties')) {
        return [key, withEachSchema(inner)];
      }
      return [key, withExamplesOfJsonSchema(inner, inSchema || key === 'schema')];
    }),
  );
}

/** Names of properties are not keywords: one may be called `example`. */
function withEachSchema(schemas: unknown): unknown {
  return Object.fromEntries(
    Object.entries(schemas as Record<string, unknown>).map(([name, schema]) => [
      name,
      withExamplesOfJsonSchema(schema, true),
    ]),
  );
}
