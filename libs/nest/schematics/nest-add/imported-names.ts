import ts from 'typescript';

/** @returns where each name of a file is imported from */
export function importedNames({ statements }: ts.SourceFile): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const statement of statements) {
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) {
      continue;
    }
    const { importClause, moduleSpecifier } = statement;
    const { name, namedBindings } = importClause ?? {};
    if (name !== undefined) names.set(name.text, moduleSpecifier.text);
    if (namedBindings === undefined) continue;
    const named = ts.isNamedImports(namedBindings) ? namedBindings.elements : [namedBindings];
    for (const one of named) names.set(one.name.text, moduleSpecifier.text);
  }
  return names;
}
