// Compares answers of the API with its OpenAPI document: whatever the document does not describe is an error.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { Answer } from './daysync.js';
import { TOP } from './scratch.js';

export type Json = Readonly<Record<string, unknown>>;

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header' | 'cookie';
  readonly required?: boolean;
  readonly description?: string;
  readonly schema: Json;
}

interface MediaType {
  readonly schema: Json;
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}

export interface Operation {
  readonly operationId: string;
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: {
    readonly required?: boolean;
    readonly content: Readonly<Record<string, MediaType>>;
  };
  readonly responses: Readonly<Record<string, ResponseDescription>>;
}

export interface ResponseDescription {
  readonly description: string;
  readonly headers?: Readonly<
    Record<string, { readonly required?: boolean; readonly schema: Json }>
  >;
  readonly content?: Readonly<Record<string, MediaType>>;
}

export interface OpenApi {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Json>> } & Json;
}

export interface Located {
  readonly method: string;
  readonly template: string;
  readonly operation: Operation;
}

const SHIPPED = path.join(TOP, 'docs/openapi.json');
const PROBLEM = 'application/problem+json';

/** An OpenAPI document and the checks of answers against it. */
export class Contract {
  readonly operations: readonly Located[];
  private readonly ajv = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true });
  private readonly compiled = new Map<string, ValidateFunction>();

  constructor(readonly document: OpenApi) {
    addFormats.default(this.ajv);
    this.ajv.addSchema({ $id: 'api', $defs: strictSchema(document.components.schemas) });
    this.operations = Object.entries(document.paths).flatMap(([template, operations]) =>
      Object.entries(operations).map(([method, operation]) => ({ method, template, operation })),
    );
  }

  /** Compiles every schema in advance, because the first answer of each kind would slow its test down. */
  compile(): void {
    for (const { operation } of this.operations) {
      for (const reference of Object.values(operation.responses)) {
        const { content, headers } = this.resolve(reference);
        for (const { schema } of Object.values(content ?? {})) this.compiledOf(schema);
        for (const header of Object.values(headers ?? {})) {
          this.compiledOf(this.resolve(header).schema);
        }
      }
    }
  }

  /** Follows a reference; returns any other value. */
  resolve<T>(value: T): T {
    const reference = (value as { readonly $ref?: string } | undefined)?.$ref;
    if (reference === undefined) return value;
    const found = reference
      .split('/')
      .slice(1)
      .reduce<unknown>((within, key) => (within as Json)[key], this.document);
    return found as T;
  }

  /** The operation that a request is for, if the document has it. */
  find(method: string, url: string): Located | undefined {
    // The router reads a slash at the end as none.
    const asked = (url.split('?')[0] ?? '').replace(/\/$/, '').split('/');
    const fits = ({ template }: Located): boolean => {
      const parts = template.split('/');
      return (
        parts.length === asked.length &&
        parts.every((part, index) =>
          part.startsWith('{') ? asked[index] !== '' : part === asked[index],
        )
      );
    };
    const found = this.operations.filter(
      (located) => located.method === method.toLowerCase() && fits(located),
    );
    return found.find(({ template }) => !template.includes('{')) ?? found[0];
  }

  errorsOf(schema: Json, value: unknown): readonly string[] {
    const validate = this.compiledOf(schema);
    if (validate(value)) return [];
    return (validate.errors ?? []).map(
      ({ instancePath, message, params }) =>
        `${instancePath || '/'} ${message ?? ''} ${JSON.stringify(params)}`,
    );
  }

  drift(method: string, url: string, { status, headers, body }: Answer): readonly string[] {
    const type = headers.get('content-type')?.split(';')[0] ?? '';
    const located = this.find(method, url);
    if (located === undefined) {
      return status >= 400 && type !== PROBLEM ? [`expected ${PROBLEM}, got ${type}`] : [];
    }
    const response = this.resolve(located.operation.responses[String(status)]);
    if (response === undefined) return [`the status ${status} is not described`];
    return [...this.headerDrift(response, headers), ...this.bodyDrift(response, type, body)];
  }

  private compiledOf(schema: Json): ValidateFunction {
    const key = JSON.stringify(schema);
    const before = this.compiled.get(key);
    if (before !== undefined) return before;
    const validate = this.ajv.compile(strictSchema(schema));
    this.compiled.set(key, validate);
    return validate;
  }

  private headerDrift(response: ResponseDescription, headers: Headers): readonly string[] {
    return Object.entries(response.headers ?? {}).flatMap(([name, reference]) => {
      const { required = false, schema } = this.resolve(reference);
      const text = headers.get(name);
      if (text === null) return required ? [`the header ${name} is missing`] : [];
      const value = schema['type'] === 'integer' && /^\d+$/.test(text) ? Number(text) : text;
      return this.errorsOf(schema, value).map((error) => `header ${name}: ${error}`);
    });
  }

  private bodyDrift(
    { content }: ResponseDescription,
    type: string,
    body: unknown,
  ): readonly string[] {
    if (content === undefined) return body === '' ? [] : ['expected no body, got one'];
    const media = content[type];
    if (media === undefined) {
      return [`expected the type ${Object.keys(content).join(' or ')}, got ${type || 'none'}`];
    }
    return this.errorsOf(media.schema, body);
  }
}

let shipped: Contract | undefined;

/** The contract of docs/openapi.json; a test checks that the program serves the same document. */
export function shippedContract(): Contract {
  shipped ??= new Contract(JSON.parse(readFileSync(SHIPPED, 'utf8')) as OpenApi);
  return shipped;
}

/**
 * Fails if an answer differs from docs/openapi.json.
 * @throws {Error}
 */
export function expectContract(method: string, url: string, answer: Answer): void {
  const drift = shippedContract().drift(method, url, answer);
  if (drift.length === 0) return;
  const shown = JSON.stringify(answer.body).slice(0, 2_000);
  throw new Error(
    `expected ${method} ${url} to answer as docs/openapi.json says, got ${answer.status}:\n  ${drift.join('\n  ')}\n${shown}`,
  );
}

/**
 * A schema of the document with its references, in which objects have no undescribed fields: a client ignores those,
 * here they are drift. A part of an `allOf` describes only some of the fields.
 */
function strictSchema(schema: Json): Json {
  const strict = mapObjects(schema, (entry, within) => {
    const { $ref } = entry;
    if (typeof $ref === 'string') {
      return { ...entry, $ref: $ref.replace('#/components/schemas', 'api#/$defs') };
    }
    const isObject = entry['type'] === 'object' && entry['properties'] !== undefined;
    if (!isObject || within === 'allOf' || 'additionalProperties' in entry) return entry;
    return { ...entry, additionalProperties: false };
  });
  return strict as Json;
}

/** @param change gets each object and its key; an object in a list has the key of the list */
function mapObjects(
  value: unknown,
  change: (entry: Json, within: string) => Json,
  within = '',
): unknown {
  if (Array.isArray(value)) return value.map((entry) => mapObjects(entry, change, within));
  if (typeof value !== 'object' || value === null) return value;
  const mapped = Object.entries(value).map(([key, inner]) => [key, mapObjects(inner, change, key)]);
  return change(Object.fromEntries(mapped) as Json, within);
}
