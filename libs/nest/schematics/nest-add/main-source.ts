import path from 'node:path';
import ts from 'typescript';
import { importedNames } from './imported-names.js';

/** The main file of a Nest app, which creates the app from its root module. */
export class MainSource {
  private readonly source: ts.SourceFile;
  private readonly creation: ts.CallExpression | undefined;

  /** @param file where it is in the app, such as `/src/main.ts` */
  constructor(
    private readonly text: string,
    private readonly file: string,
  ) {
    this.source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
    this.creation = callIn(this.source, (called) => called === 'NestFactory.create');
  }

  /** @returns the file of the root module, such as `/src/app.module.ts`; undefined if the main file does not show it */
  get rootModule(): string | undefined {
    const [root] = this.creation?.arguments ?? [];
    if (root === undefined || !ts.isIdentifier(root)) return undefined;
    const from = importedNames(this.source).get(root.text);
    if (from?.startsWith('.') !== true) return undefined;
    return `${path.posix.join(path.posix.dirname(this.file), from.replace(/\.[jt]s$/, ''))}.ts`;
  }

  /** @returns the text of the file, with the call; undefined if there is no simple place for it */
  withShutdownHooks(): string | undefined {
    const hasCall = callIn(this.source, (called) => called.endsWith('.enableShutdownHooks'));
    if (hasCall !== undefined) return this.text;
    const declaration = this.creation?.parent.parent;
    if (declaration === undefined || !ts.isVariableDeclaration(declaration)) return undefined;
    const statement = declaration.parent.parent;
    if (!ts.isIdentifier(declaration.name) || !ts.isVariableStatement(statement)) return undefined;
    const before = this.text.slice(0, statement.getStart());
    const [newLine = '\n'] = /\r?\n[\t ]*$/.exec(before) ?? [];
    const end = statement.getText().endsWith(';') ? ';' : '';
    const call = `${newLine}${declaration.name.text}.enableShutdownHooks()${end}`;
    return this.text.slice(0, statement.end) + call + this.text.slice(statement.end);
  }
}

/** The first call of a function, by how it is written. */
function callIn(
  node: ts.Node,
  isWanted: (called: string) => boolean,
): ts.CallExpression | undefined {
  const isFound = ts.isCallExpression(node) && isWanted(node.expression.getText());
  return isFound ? node : ts.forEachChild(node, (child) => callIn(child, isWanted));
}
