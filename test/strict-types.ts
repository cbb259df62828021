// Compiles a file that is not part of the project.
import path from 'node:path';
import ts from 'typescript';
import { TOP } from './scratch.js';

/** The type errors of a file with the strictness of the project, except for `changes`. */
export function typeErrorsOf(file: string, changes: ts.CompilerOptions = {}): readonly string[] {
  const base = path.join(TOP, 'tsconfig.base.json');
  const { config } = ts.readConfigFile(base, (name) => ts.sys.readFile(name)) as {
    readonly config: object;
  };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, TOP, {
    noEmit: true,
    types: ['node'],
    // The file may lie outside of the project.
    typeRoots: [path.join(TOP, 'node_modules/@types')],
    allowImportingTsExtensions: true,
    ...changes,
  });
  return ts
    .getPreEmitDiagnostics(ts.createProgram([file], options))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}
