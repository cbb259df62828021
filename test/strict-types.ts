// What the compiler says of a file that is not the project's own.
import path from 'node:path';
import ts from 'typescript';
import { TOP } from './scratch.js';

/** The errors of a file's types, as strict as the project is with its own; `changes` says where not. */
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
