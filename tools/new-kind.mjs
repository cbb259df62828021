// `npm run new:source ftp` and `npm run new:target s3`: a kind of source or target that works, from the templates.
import fs from 'node:fs';
import path from 'node:path';
import { run } from './child.mjs';
import { inProject, say, UserFacingError } from './project.mjs';
import { FORMATTER } from './static-checks.mjs';

const API = 'apps/api/src';
const NAVIGATION = 'site/navigation.mjs';
const NAME = /^[a-z][a-z0-9]{1,19}$/;

/** Files from templates, and lines before a text that stands once in a file. The table has an entry for each kind. */
const SOURCE = {
  what: 'source',
  folder: 'tools/templates/source',
  table: `${API}/datasets/file/source-kinds.ts`,
  probe: (name) => `${API}/sources/${name}`,
  files: {
    'config.ts': (name) => `${API}/sources/${name}/${name}-config.ts`,
    'source.ts': (name) => `${API}/sources/${name}/${name}-source.ts`,
    'kind.ts': (name) => `${API}/sources/${name}/${name}-kind.ts`,
    'source.spec.ts': (name) => `${API}/sources/${name}/${name}-source.spec.ts`,
    'page.md': (name) => `docs/sources/${name}.md`,
  },
  lines: [
    {
      file: `${API}/datasets/file/source-kinds.ts`,
      before: "import type { HttpSourceConfig } from '../../sources/http/http-config.js';\n",
      add: `import type { __Name__SourceConfig } from '../../sources/__name__/__name__-config.js';
import { __NAME___KIND } from '../../sources/__name__/__name__-kind.js';
`,
    },
    {
      file: `${API}/datasets/file/source-kinds.ts`,
      before: '  | HttpSourceConfig\n',
      add: '  | __Name__SourceConfig\n',
    },
    {
      file: `${API}/datasets/file/source-kinds.ts`,
      before: '  http: HTTP_KIND,\n',
      add: '  __name__: __NAME___KIND,\n',
    },
    {
      file: `${API}/datasets/file/dataset-schema.fixture.ts`,
      before: '  http: {\n',
      add: "  __name__: { kind: '__name__', folder: 'exports' },\n",
    },
    {
      file: `${API}/datasets/sources.dto.ts`,
      before: '/** One a kind of source, or several. */\n',
      template: 'dto.ts',
    },
    {
      file: `${API}/datasets/sources.dto.ts`,
      before: '  HttpSourceDto,\n',
      add: '  __Name__SourceDto,\n',
    },
    {
      file: `${API}/datasets/sources.dto.ts`,
      before: "    case 'http':\n      return showHttpSource(source);\n",
      add: `    case '__name__': {
      const { kind, writtenFolder: folder, values } = source;
      return { kind, folder, ...valueDialectKeys(values) };
    }
`,
    },
    {
      file: '.dependency-cruiser.mjs',
      before: "  'sources/http',\n",
      add: "  'sources/__name__',\n",
    },
    {
      file: NAVIGATION,
      before: "      doc('targets/postgres', 'Target: PostgreSQL'),\n",
      add: "      doc('sources/__name__', 'Source: __name__'),\n",
    },
  ],
};

const TARGETS = `${API}/targets/elsewhere`;
const SHAPES = `${API}/datasets/file/target-shape.ts`;
const OPENING = `${TARGETS}/open-target.ts`;

const TARGET = {
  what: 'target',
  folder: 'tools/templates/target',
  table: SHAPES,
  probe: (name) => `${TARGETS}/${name}-target.ts`,
  files: {
    'target.ts': (name) => `${TARGETS}/${name}-target.ts`,
    'table.ts': (name) => `${TARGETS}/${name}-table.ts`,
    'failure.ts': (name) => `${TARGETS}/${name}-failure.ts`,
    'target.spec.ts': (name) => `${TARGETS}/${name}-target.spec.ts`,
    'page.md': (name) => `docs/targets/${name}.md`,
  },
  lines: [
    { file: `${API}/targets/target.ts`, before: "'parquet'] as const;\n", add: "'__name__', " },
    {
      file: OPENING,
      before: "import { ParquetTarget } from './parquet-target.js';\n",
      add: "import { __Name__Target } from './__name__-target.js';\n",
    },
    {
      file: OPENING,
      before: "    case 'parquet':\n",
      add: "    case '__name__':\n      return new __Name__Target({ ...place, table, columns });\n",
    },
    { file: SHAPES, before: '/** One entry a kind of target. */\n', template: 'shape.ts' },
    {
      file: SHAPES,
      before: '  parquet: ParquetTargetShape,\n',
      add: '  __name__: __Name__TargetShape,\n',
    },
    { file: SHAPES, before: "    case 'parquet': {\n", template: 'place.ts' },
    {
      file: NAVIGATION,
      before: "      doc('move', 'Move to another target'),\n",
      add: "      doc('targets/__name__', 'Target: __name__'),\n",
    },
  ],
};

/** Writes a new kind of source, with its contract test and its page. */
export const writeSource = (node, names) => write(node, SOURCE, names);

/** Writes a new kind of target, with its contract tests and its page. */
export const writeTarget = (node, names) => write(node, TARGET, names);

async function write(node, { what, folder, table, probe, files, lines }, names) {
  const [name = ''] = names;
  if (names.length !== 1 || !NAME.test(name)) {
    throw new UserFacingError(
      `expected one name of 2 to 20 small letters and digits, as in npm run new:${what} ftp, got ${names.join(' ') || 'none'}`,
    );
  }
  if (fs.existsSync(inProject(probe(name)))) {
    throw new UserFacingError(`expected a new name, got ${name}: there is ${probe(name)} already`);
  }
  if (new RegExp(`^  ${name}: `, 'm').test(fs.readFileSync(inProject(table), 'utf8'))) {
    throw new UserFacingError(`expected a new name, got ${name}: ${table} has that kind already`);
  }
  const filled = (text) => fill(text, name);
  const template = (file) => filled(fs.readFileSync(inProject(folder, `${file}.template`), 'utf8'));
  // All changes are made in memory first: a project that does not match stays as it is.
  const changed = new Map();
  for (const { file, before, add, template: from } of lines) {
    const text = changed.get(file) ?? fs.readFileSync(inProject(file), 'utf8');
    if (text.split(before).length !== 2) {
      throw new UserFacingError(
        `expected ${JSON.stringify(before)} once in ${file}: update tools/new-kind.mjs to what the file is like now`,
      );
    }
    const added = from === undefined ? filled(add) : template(from);
    changed.set(
      file,
      text.replace(before, () => added + before),
    );
  }
  const created = new Map(
    Object.entries(files).map(([file, place]) => [place(name), template(file)]),
  );
  for (const [file, text] of [...created, ...changed]) {
    fs.mkdirSync(path.dirname(inProject(file)), { recursive: true });
    fs.writeFileSync(inProject(file), text);
  }
  const formatted = await run(node, [FORMATTER, ...created.keys(), ...changed.keys()]);
  for (const file of created.keys()) say(`Created ${file}`);
  for (const file of changed.keys()) say(`Changed ${file}`);
  return formatted;
}

/** A template for a name such as `ftp`. */
function fill(text, name) {
  const Name = name[0].toUpperCase() + name.slice(1);
  return text
    .replaceAll('__NAME__', name.toUpperCase())
    .replaceAll('__Name__', Name)
    .replaceAll('__name__', name);
}
