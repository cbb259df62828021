// Finds the places that can be mutated, draws some of them by a seed, and writes a file in which each can be switched on.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

export const FOLDERS = ['batches', 'runner', 'targets', 'sources', 'database', 'http'];
const SOURCES = 'apps/api/src';
/** Texts and small numbers are so many that they would leave no place for conditions. */
const WEIGHTS = { text: 0.1, number: 0.3 };
const LOG = /\blog(ger)?\??\.(trace|debug|info|warn|error|fatal)\(/i;
const CODE = /^[A-Za-z][\w.-]+$/;
const OPERATORS = {
  '<': ['boundary', '<='],
  '<=': ['boundary', '<'],
  '>': ['boundary', '>='],
  '>=': ['boundary', '>'],
  '===': ['equality', '!=='],
  '!==': ['equality', '==='],
  '&&': ['logic', '||'],
  '||': ['logic', '&&'],
  '+': ['arithmetic', '-'],
  '-': ['arithmetic', '+'],
  '*': ['arithmetic', '/'],
  '/': ['arithmetic', '*'],
  '%': ['arithmetic', '*'],
  '+=': ['arithmetic', '-='],
  '-=': ['arithmetic', '+='],
};
const METHODS = {
  some: 'every',
  every: 'some',
  filter: undefined,
  find: 'findLast',
  findLast: 'find',
  toSorted: 'slice',
  startsWith: 'endsWith',
  endsWith: 'startsWith',
  min: 'max',
  max: 'min',
};
/** Each mutated file ends with it. A program that a spec starts reads the environment. */
const SWITCH = `
function __mutant(id: number): boolean {
  const all = globalThis as any;
  all.__mutants ??= new Set((process.env['DAYSYNC_MUTANT'] ?? '').split(',').filter(Boolean).map(Number));
  all.__reached ??= new Set();
  if (!all.__reached.has(id)) {
    all.__reached.add(id);
    const file = process.env['DAYSYNC_REACH'];
    if (file) process.getBuiltinModule('node:fs').appendFileSync(file, id + '\\n');
  }
  return all.__mutants.has(id);
}
`;

/** All places of the folders below `top`, in the order of the files. */
export function sitesBelow(top) {
  return FOLDERS.flatMap((folder) =>
    fs
      .readdirSync(path.join(top, SOURCES, folder), { recursive: true })
      .map((file) => `${SOURCES}/${folder}/${file}`)
      .filter((file) => file.endsWith('.ts') && !/\.(spec|fixture|d)\.ts$/.test(file))
      .sort()
      .flatMap((file) => sitesOf(file, fs.readFileSync(path.join(top, file), 'utf8'))),
  );
}

export function sitesOf(file, text) {
  const found = [];
  walk(parse(file, text), (node, source) => {
    for (const kind of Object.keys(mutationsOf(node, source))) {
      const start = node.getStart(source);
      const { line, character } = source.getLineAndCharacterOfPosition(start);
      const original = node.getText(source).replace(/\s+/g, ' ').slice(0, 160);
      const folder = file.split('/')[3] ?? '';
      found.push({ file, folder, line: line + 1, column: character + 1, kind, original, start });
    }
  });
  return found.map((site) => ({
    ...site,
    id: `${site.file}:${site.line}:${site.column} ${site.kind}`,
  }));
}

/** Draws `count` places by a seed; a folder has as many as its share of all places. */
export function draw(sites, count, seed) {
  const weightOf = ({ kind }) => WEIGHTS[kind] ?? 1;
  const sum = (some) => some.reduce((all, site) => all + weightOf(site), 0);
  const key = (site) => {
    const hash = createHash('sha256').update(`${seed} ${site.id}`).digest().readUInt32BE();
    return -Math.log((hash + 1) / 2 ** 32) / weightOf(site);
  };
  const shares = FOLDERS.map((folder) => sites.filter((site) => site.folder === folder)).map(
    (own) => {
      const exact = (count * sum(own)) / sum(sites);
      return { own, whole: Math.floor(exact), rest: exact % 1 };
    },
  );
  const left = count - shares.reduce((all, { whole }) => all + whole, 0);
  const rounded = new Set(shares.toSorted((a, b) => b.rest - a.rest).slice(0, left));
  return shares.flatMap((share) => {
    const keyed = share.own.map((site) => ({ site, key: key(site) })).sort((a, b) => a.key - b.key);
    const drawn = keyed
      .slice(0, share.whole + (rounded.has(share) ? 1 : 0))
      .map(({ site }) => site);
    return drawn.sort((a, b) => (a.file === b.file ? a.start - b.start : a.file < b.file ? -1 : 1));
  });
}

/** The text of a file with a switch at each of its places; `number` is what turns a place on. */
export function mutated(file, text, sites) {
  const source = parse(file, text);
  const byStart = Map.groupBy(sites, ({ start }) => start);
  const render = (node) => {
    let whole = '';
    let at = node.getStart(source);
    ts.forEachChild(node, function each(child) {
      if (child.getStart(source) < at) return;
      whole += text.slice(at, child.getStart(source)) + render(child);
      at = child.end;
    });
    whole += text.slice(at, node.end);
    const own = byStart.get(node.getStart(source));
    if (own === undefined) return whole;
    const mutations = mutationsOf(node, source, render);
    for (const { kind, number, original } of own) {
      const mutation = mutations[kind];
      if (mutation === undefined || !isSame(node, original)) continue;
      whole = ts.isStatement(node)
        ? `{ if (!__mutant(${number})) { ${whole} } }`
        : `(__mutant(${number}) ? (${mutation}) : (${whole}))`;
    }
    return whole;
  };
  const isSame = (node, original) =>
    node.getText(source).replace(/\s+/g, ' ').slice(0, 160) === original;
  return `// @ts-nocheck\n${text.slice(0, source.getStart(source))}${render(source)}${SWITCH}`;
}

const parse = (file, text) => ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);

function walk(source, visit) {
  const each = (node) => {
    if (isLeftOut(node, source)) return;
    visit(node, source);
    ts.forEachChild(node, each);
  };
  each(source);
}

function isLeftOut(node, source) {
  return (
    ts.isTypeNode(node) ||
    ts.isDecorator(node) ||
    ts.isImportDeclaration(node) ||
    ts.isExportDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node) ||
    ts.isEnumDeclaration(node) ||
    (ts.isNewExpression(node) && node.expression.getText(source) === 'URL') ||
    (ts.isCallExpression(node) && LOG.test(`${node.expression.getText(source)}(`))
  );
}

/** What a node can become, by kind; the text of a mutation is needed only with `render`. */
function mutationsOf(node, source, render = (some) => some.getText(source)) {
  const found = {};
  const { parent } = node;
  if (ts.isExpression(node) && isCondition(node, parent)) {
    // Its own text, because a condition may be mutated in other ways as well.
    found.negate = `!(${node.getText(source)})`;
    if (ts.isIfStatement(parent) && isGuard(parent)) found.guard = 'false';
  }
  if (ts.isBinaryExpression(node)) {
    const operator = node.operatorToken.getText(source);
    const sides = [node.left, node.right];
    const hasText = sides.some((side) => /^[`'"]|[`'"]$/.test(side.getText(source)));
    if (operator === '??') found.nullish = render(node.left);
    else if (Object.hasOwn(OPERATORS, operator) && !(operator.startsWith('+') && hasText)) {
      const [kind, other] = OPERATORS[operator];
      const [left, right] = sides.map(render);
      found[kind] =
        operator.endsWith('=') && kind === 'arithmetic'
          ? `${left} ${other} (${right})`
          : `(${left}) ${other} (${right})`;
    }
  }
  if (node.kind === ts.SyntaxKind.TrueKeyword) found.boolean = 'false';
  if (node.kind === ts.SyntaxKind.FalseKeyword) found.boolean = 'true';
  if (ts.isNumericLiteral(node) && /^[0-2]$/.test(node.text) && !isName(node, parent)) {
    found.number = node.text === '1' ? '0' : '1';
  }
  if (ts.isStringLiteral(node) && CODE.test(node.text) && isValue(node, parent)) found.text = "''";
  if (ts.isExpressionStatement(node)) {
    const { expression } = node;
    const call = ts.isAwaitExpression(expression) ? expression.expression : expression;
    const isCall = ts.isCallExpression(call) && call.expression.kind !== ts.SyntaxKind.SuperKeyword;
    if (isCall && !isLeftOut(call, source)) found.call = '';
  }
  if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
    const { name, expression } = node.expression;
    const isChain = (node.flags & ts.NodeFlags.OptionalChain) !== 0;
    if (Object.hasOwn(METHODS, name.text) && node.arguments.length > 0 && !isChain) {
      const other = METHODS[name.text];
      const given = node.arguments.map(render).join(', ');
      found.method =
        other === undefined
          ? render(expression)
          : `${render(expression)}.${other}(${other === 'slice' ? '' : given})`;
    }
  }
  return found;
}

function isCondition(node, parent) {
  return (
    ((ts.isIfStatement(parent) || ts.isWhileStatement(parent) || ts.isDoStatement(parent)) &&
      parent.expression === node) ||
    ((ts.isConditionalExpression(parent) || ts.isForStatement(parent)) && parent.condition === node)
  );
}

function isGuard({ thenStatement, elseStatement }) {
  const first = ts.isBlock(thenStatement) ? thenStatement.statements.at(-1) : thenStatement;
  return (
    elseStatement === undefined &&
    first !== undefined &&
    (ts.isReturnStatement(first) || ts.isThrowStatement(first) || ts.isContinueStatement(first))
  );
}

const isName = (node, parent) => parent.name === node || ts.isEnumMember(parent);

function isValue(node, parent) {
  return (
    !isName(node, parent) &&
    !ts.isExpressionStatement(parent) &&
    !(ts.isCallExpression(parent) && parent.expression.kind === ts.SyntaxKind.ImportKeyword)
  );
}
