// Values that match a JSON Schema, and values that nearly do, for requests by the OpenAPI document.
import fc from 'fast-check';
import type { Contract, Json, Operation, Parameter } from '../contract.js';

/** Values that are hostile anywhere. */
const HOSTILE: readonly unknown[] = [
  ...[null, true, 0, -1, 2 ** 53, 1e308, '', ' ', '\0', [], [[[[[[]]]]]], {}],
  ...['__proto__', 'constructor', '../../etc/passwd', "' or 1=1 --", '${NAME}', '{{7*7}}'],
  ...['<script>', '\u202e\ud800', '😀'.repeat(100), 'x'.repeat(4_000), '9'.repeat(400)],
  ...['2012-02-30', '0000-01-01', '9999-12-31', '2012-01-01T00:00:00Z'],
];

/** Days of the dataset that the fuzz runs on, and their neighbours. */
const DAYS = ['2012-01-01', '2012-01-02', '2012-01-03', '2012-01-04'];

/** A value that matches a schema. */
function validValue(schema: Json): fc.Arbitrary<unknown> {
  const { type, format, pattern } = schema;
  if (Array.isArray(schema['enum'])) return fc.constantFrom(...(schema['enum'] as unknown[]));
  if (format === 'date') return fc.constantFrom(...DAYS);
  switch (type) {
    case 'integer':
      return fc.integer({
        min: (schema['minimum'] as number | undefined) ?? 0,
        max: (schema['maximum'] as number | undefined) ?? 1_000,
      });
    case 'boolean':
      return fc.boolean();
    case 'array':
      return fc.uniqueArray(validValue(schema['items'] as Json), {
        minLength: (schema['minItems'] as number | undefined) ?? 0,
        maxLength: Math.min((schema['maxItems'] as number | undefined) ?? 5, 5),
      });
    case 'object': {
      const properties = schema['properties'] as Readonly<Record<string, Json>>;
      return fc.record(
        Object.fromEntries(
          Object.entries(properties).map(([name, property]) => [name, validValue(property)]),
        ),
        { requiredKeys: (schema['required'] as string[] | undefined) ?? [] },
      );
    }
    default: {
      if (typeof pattern === 'string') return fc.stringMatching(new RegExp(pattern, 'u'));
      const examples = (schema['examples'] as unknown[] | undefined) ?? ['x'];
      const text = fc.string({
        minLength: (schema['minLength'] as number | undefined) ?? 1,
        maxLength: Math.min((schema['maxLength'] as number | undefined) ?? 40, 40),
      });
      return fc.oneof(fc.constantFrom(...examples), text);
    }
  }
}

/** Any value: often one that matches the schema, with one change. */
function anyValue(schema: Json): fc.Arbitrary<unknown> {
  const wild = fc.oneof(
    fc.constantFrom(...HOSTILE),
    fc.jsonValue({ maxDepth: 3 }),
    fc.string({ unit: 'binary' }),
  );
  if (schema['type'] !== 'object') return fc.oneof(validValue(schema), wild);
  const properties = schema['properties'] as Readonly<Record<string, Json>>;
  const oneWrong = fc
    .tuple(validValue(schema), fc.constantFrom(...Object.keys(properties)), wild)
    .map(([value, name, wrong]) => ({ ...(value as object), [name]: wrong }));
  const oneMissing = fc
    .tuple(validValue(schema), fc.constantFrom(...Object.keys(properties)))
    .map(([value, name]) => {
      const { [name]: _, ...others } = value as Record<string, unknown>;
      return others;
    });
  const oneMore = fc
    .tuple(
      validValue(schema),
      fc.oneof(fc.constantFrom('__proto__', 'constructor', 'extra', ''), fc.string()),
      wild,
    )
    // Parsed from JSON, because `__proto__` in an object literal sets the prototype.
    .map(([value, name, more]) => withField(value as object, name, more));
  return fc.oneof(oneWrong, oneMissing, oneMore, wild);
}

function withField(value: object, name: string, field: unknown): object {
  const copy: object = { ...value };
  Object.defineProperty(copy, name, { value: field, enumerable: true, configurable: true });
  return copy;
}

/** A request of an operation. */
export interface FuzzRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The bytes of the body; undefined without a body. */
  readonly body: string | undefined;
  /** Whether its parameters, headers and body match the document. */
  readonly asDescribed: boolean;
}

/** The operation and the values for its requests. */
export interface FuzzTarget {
  readonly method: string;
  readonly template: string;
  readonly operation: Operation;
  /** Values by the names of parameters: existing ones, and some that do not exist. */
  readonly known: KnownValues;
}

/** Existing values, by the names of parameters. */
export type KnownValues = Readonly<Record<string, readonly string[]>>;

type Values = (schema: Json) => fc.Arbitrary<unknown>;

/** A request that matches the document. */
export function describedRequest(
  contract: Contract,
  target: FuzzTarget,
): fc.Arbitrary<FuzzRequest> {
  const request = requestOf(contract, target, validValue);
  return request.map((described) => ({ ...described, asDescribed: true }));
}

/** A nearly valid or hostile request. */
export function wildRequest(contract: Contract, target: FuzzTarget): fc.Arbitrary<FuzzRequest> {
  const base = requestOf(contract, target, anyValue);
  const headers = fc.constantFrom<Record<string, string>>(
    {},
    {},
    {},
    { 'content-type': 'text/plain' },
    { 'content-type': 'application/json; charset=utf-99' },
    { 'content-type': 'multipart/form-data' },
    { 'content-encoding': 'gzip' },
    { 'content-encoding': 'rot13' },
    { origin: 'http://elsewhere.example' },
    { 'sec-fetch-site': 'cross-site' },
    { 'if-none-match': '*' },
    { 'if-none-match': 'W/"x", "y' },
    { range: 'bytes=0-1' },
    { cookie: '='.repeat(4_000) },
    { 'x-http-method-override': 'DELETE' },
    { accept: 'image/png' },
    { 'accept-language': 'q=;,,;q=9,*' },
    { authorization: 'Basic Og==' },
    { host: 'elsewhere.example' },
  );
  const method = fc.oneof(
    { weight: 9, arbitrary: fc.constant(target.method) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(...'GET HEAD POST PUT PATCH DELETE OPTIONS QUERY'.split(' ')),
    },
  );
  const suffix = fc.constantFrom(
    ...['', '', '', '', '/', '%', '%00', '%ff', '//', '?', '?a[b]=c', '?__proto__=1'],
    ...['?page=1&page=2', ';x', '#y'],
  );
  const body = fc.constantFrom(
    (text: string | undefined) => text,
    (text: string | undefined) => text?.slice(0, -1),
    (text: string | undefined) => text && `${text}${' '.repeat(17_000)}`,
    () => '{"start_date":"2012-01-01","start_date":"2012-01-03","end_date":"2012-01-03"',
    () => '['.repeat(8_000),
    () => '\ufeff{}',
    () => '\0',
  );
  return fc
    .tuple(
      base,
      headers,
      method,
      suffix,
      fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: body }),
    )
    .map(([request, more, as, end, change]) => {
      const text = change === undefined ? request.body : change(request.body);
      const bodiless = ['GET', 'HEAD'].includes(as);
      return {
        ...request,
        method: as,
        path: request.path + end,
        headers: { ...request.headers, ...more },
        body: bodiless ? undefined : text,
        asDescribed: false,
      };
    });
}

function requestOf(
  contract: Contract,
  { method, template, operation, known }: FuzzTarget,
  values: Values,
): fc.Arbitrary<Omit<FuzzRequest, 'asDescribed'>> {
  const { parameters = [], requestBody } = operation;
  const media = Object.values(requestBody?.content ?? {})[0];
  const body =
    media === undefined ? fc.constant(undefined) : values(contract.resolve(media.schema));
  const perhaps = requestBody?.required === true ? body : fc.option(body, { nil: undefined });
  return fc
    .record({
      given: fc.tuple(...parameters.map((parameter) => parameterValue(parameter, values, known))),
      body: perhaps,
    })
    .map(({ given, body: value }) => {
      let path = template;
      const query = new URLSearchParams();
      const headers: Record<string, string> = {};
      for (const [index, { in: place, name }] of parameters.entries()) {
        const text = given[index];
        if (text === undefined) continue;
        if (place === 'path')
          path = path.replace(`{${name}}`, encodeURIComponent(text.toWellFormed()));
        if (place === 'query') query.append(name, text);
        // The client refuses to send invalid headers.
        if (place === 'header' && /^[\x20-\x7e]*$/.test(text)) headers[name.toLowerCase()] = text;
      }
      if (value !== undefined) headers['content-type'] = 'application/json';
      const search = query.size === 0 ? '' : `?${query.toString()}`;
      return {
        method: method.toUpperCase(),
        path: path + search,
        headers,
        body: value === undefined ? undefined : JSON.stringify(value),
      };
    });
}

function parameterValue(
  { in: place, name, required, schema }: Parameter,
  values: Values,
  known: KnownValues,
): fc.Arbitrary<string | undefined> {
  const there = known[name] === undefined ? [] : [fc.constantFrom(...known[name])];
  const text = fc
    .oneof(...there, values(schema))
    .map((value) => (typeof value === 'string' ? value : JSON.stringify(value)));
  const filled = place === 'path' ? text.map((value) => (value === '' ? 'x' : value)) : text;
  return required === true ? filled : fc.option(filled, { nil: undefined });
}
