import type { formatFiles } from '@nestjs/schematics';

/** Those of `@nestjs/schematics`, whose `@angular-devkit/schematics` may be another version than that of Angular. */
export type Rule = ReturnType<typeof formatFiles>;
export type Tree = Parameters<Rule>[0];
export type SchematicContext = Parameters<Rule>[1];

/** @returns undefined if there is no such file */
export function textOf(tree: Tree, file: string): string | undefined {
  return tree.read(file)?.toString('utf8');
}

/** The line end of a text. */
export function lineEndOf(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n';
}
