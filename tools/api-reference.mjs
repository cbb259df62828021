// The reference of the API: two pages from the OpenAPI document.

const OBJECTS = 'api-objects.md';
const ERRORS = 'errors.md';
const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

/**
 * The page with each operation: method, path, what it does, parameters, body and answers.
 * @param {object} document OpenAPI 3.1
 * @returns {string} Markdown
 */
export function operationsPage(document) {
  const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    METHODS.filter((method) => method in item).map((method) => ({ ...item[method], method, path })),
  );
  const chapters = document.tags.map(({ name, description }) =>
    [
      `## ${description}`,
      ...operations
        .filter(({ tags }) => tags.includes(name))
        .map((operation) => operationText(document, operation)),
    ].join('\n\n'),
  );
  return pageOf(
    'API: operations',
    `Every operation of the HTTP API, with its parameters, its body and its answers. It is generated from the [OpenAPI document](openapi.json) by \`npm run openapi:client\`. [The API](api.md) explains how to use it, [objects](${OBJECTS}) has the fields of bodies and answers, and [errors](${ERRORS}) has the cause and the fix of each code. All answers in \`application/json\` are \`{"status":"success","data":…}\`; the type below is that of \`data\`.`,
    chapters,
  );
}

/**
 * The page with each object of bodies and answers: its fields with their types.
 * @param {object} document OpenAPI 3.1
 * @returns {string} Markdown
 */
export function objectsPage(document) {
  const names = Object.keys(document.components.schemas).sort();
  return pageOf(
    'API: objects',
    'The objects of the bodies and the answers of the [operations](api-operations.md), by name. It is generated from the [OpenAPI document](openapi.json) by `npm run openapi:client`. A field that is marked “optional” may be absent.',
    names.map((name) => objectText(name, document.components.schemas[name])),
  );
}

function pageOf(title, about, chapters) {
  return `${[`# ${title}`, about, ...chapters].join('\n\n')}\n`;
}

function operationText(document, operation) {
  const { summary, method, path, description, parameters, requestBody, responses } = operation;
  const text = [`### ${summary}`, `\`${method.toUpperCase()} ${path}\``];
  if (description !== undefined) text.push(escaped(description));
  if (parameters.length > 0) text.push('**Parameters**', listOf(parameters.map(parameterText)));
  if (requestBody !== undefined) text.push('**Body**', bodyText(requestBody));
  text.push(
    '**Answers**',
    listOf(
      Object.entries(responses).map(([status, response]) => answerText(document, status, response)),
    ),
  );
  return text.join('\n\n');
}

function parameterText({ name, in: place, required = false, description, schema }) {
  const where = { path: 'in the path', query: 'in the query', header: 'header' }[place];
  const facts = [where, ...(required ? ['required'] : []), typeOf(schema)].join(', ');
  return `\`${name}\` (${facts}): ${escaped(description)}`;
}

function bodyText({ content }) {
  return Object.entries(content)
    .map(([type, { schema, examples = {} }]) =>
      [
        `${typeOf(schema)} as \`${type}\`.`,
        ...Object.values(examples).map(
          ({ summary, value }) =>
            `${escaped(summary)}:\n\n\`\`\`json\n${JSON.stringify(value, null, 2)}\n\`\`\``,
        ),
      ].join('\n\n'),
    )
    .join('\n\n');
}

function answerText(document, status, response) {
  const { description, content = {} } = resolved(document, response);
  const codes = content['application/problem+json'];
  if (codes !== undefined) return `\`${status}\`: ${codesIn(description)}`;
  const types = Object.entries(content).map(([type, { schema }]) => {
    const data = schema.properties?.data;
    return data === undefined ? `\`${type}\`` : `${typeOf(data)}`;
  });
  const sent = types.length > 0 ? ` Answer: ${types.join(' or ')}.` : '';
  return `\`${status}\`: ${escaped(description)}${sent}`;
}

/** The description of a problem with a link for each of its codes. */
function codesIn(description) {
  return escaped(description).replaceAll(
    /`([A-Z_]+)`/g,
    (code, name) => `[${code}](${ERRORS}#${name.toLowerCase()})`,
  );
}

function objectText(name, { description, properties = {}, required = [] }) {
  const fields = Object.entries(properties).map(([field, schema]) => {
    const facts = [typeOf(schema), ...(required.includes(field) ? [] : ['optional'])].join(', ');
    const example = exampleOf(schema);
    const what = schema.description === undefined ? '' : `: ${escaped(schema.description)}`;
    return `\`${field}\` (${facts})${what}${example}`;
  });
  const about = description === undefined ? [] : [escaped(description)];
  return [`## ${name}`, ...about, listOf(fields)].join('\n\n');
}

/** An example, if it says more than the type. */
function exampleOf({ examples: [example] = [], enum: values }) {
  const isPlain = example === null || typeof example === 'boolean' || example?.length === 0;
  if (example === undefined || values !== undefined || isPlain) return '';
  const text = JSON.stringify(example);
  return text.length > 60 || text.includes('`') ? '' : ` Such as \`${text}\`.`;
}

/** What a value is, in words, with a link if it is an object of the page. */
function typeOf(schema) {
  if (schema.$ref !== undefined) return linkTo(schema.$ref);
  const options = schema.anyOf ?? schema.oneOf ?? schema.allOf;
  if (options !== undefined) return [...new Set(options.map(typeOf))].join(' or ');
  if (schema.enum !== undefined) {
    return schema.enum.map((value) => `\`${JSON.stringify(value)}\``).join(', ');
  }
  if (schema.items !== undefined && schema.type === 'array') {
    return Object.keys(schema.items).length === 0 ? 'list' : `list of ${typeOf(schema.items)}`;
  }
  return [schema.type ?? 'any value']
    .flat()
    .map((type) => named(type, schema))
    .join(' or ');
}

function named(type, { format, minimum, maximum, minLength, maxLength, default: preset }) {
  const name = { integer: 'whole number', boolean: 'true or false', string: 'text' }[type] ?? type;
  if (type === 'null') return name;
  const least = type === 'string' ? minLength : minimum;
  const most = type === 'string' ? maxLength : maximum;
  const unit = type === 'string' ? ' characters' : '';
  const facts = [];
  if (format !== undefined) facts.push(format);
  if (least !== undefined && most !== undefined) facts.push(`${least} to ${most}${unit}`);
  else if (least !== undefined) facts.push(`from ${least}${unit}`);
  else if (most !== undefined) facts.push(`up to ${most}${unit}`);
  if (preset !== undefined) facts.push(`default \`${JSON.stringify(preset)}\``);
  return facts.length === 0 ? name : `${name} (${facts.join('; ')})`;
}

function linkTo(reference) {
  const name = reference.split('/').at(-1);
  return `[${name}](${OBJECTS}#${name.toLowerCase()})`;
}

function resolved(document, value) {
  if (value.$ref === undefined) return value;
  return value.$ref
    .split('/')
    .slice(1)
    .reduce((part, key) => part[key], document);
}

const listOf = (items) => items.map((item) => `- ${item}`).join('\n');

/** A text of the document, which has no Markdown but code: its other signs stay as they are. */
function escaped(text) {
  return text
    .split(/(`[^`]*`)/)
    .map((part, at) => (at % 2 === 1 ? part : part.replaceAll(/[\\*_<[\]]/g, '\\$&')))
    .join('')
    .replaceAll(/\s*\n\s*/g, ' ');
}
