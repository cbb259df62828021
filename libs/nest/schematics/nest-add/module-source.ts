import path from 'node:path';
import {
  MetadataManager,
  ModuleImportDeclarator,
  PathSolver,
  type DeclarationOptions,
} from '@nestjs/schematics';
import ts from 'typescript';
import { importedNames } from './imported-names.js';

/** Resolves to the name of a package, where the declarator expects a file of the app. */
class PackageSolver extends PathSolver {
  constructor(private readonly name: string) {
    super();
  }

  override relative(): string {
    return this.name;
  }
}

/** The source of a Nest module, to which imports and metadata are added as `nest generate` adds them. */
export class ModuleSource {
  /**
   * @param file where it is in the app, such as `/src/app.module.ts`
   * @param isEsm whether relative imports need an extension
   */
  constructor(
    readonly text: string,
    private readonly file: string,
    private readonly isEsm: boolean,
  ) {}

  importsFrom(specifier: string): boolean {
    return [...importedNames(this.parsed()).values()].includes(specifier);
  }

  /** @returns what declares the name in this file already, such as `an import from './sync.module.js'` */
  declarationOf(name: string): string | undefined {
    const parsed = this.parsed();
    const from = importedNames(parsed).get(name);
    if (from !== undefined) return `an import from '${from}'`;
    const isDeclared = parsed.statements.flatMap(namesIn).includes(name);
    return isDeclared ? 'a declaration in this file' : undefined;
  }

  withPackageImport(symbol: string, name: string): ModuleSource {
    const declarator = new ModuleImportDeclarator(new PackageSolver(name));
    return this.with(declarator.declare(this.text, this.declared(symbol, name)));
  }

  /** @param file the other file without its extension, such as `/src/sync/sample.source` */
  withFileImport(symbol: string, file: string): ModuleSource {
    const options = { ...this.declared(symbol, file), isEsm: this.isEsm };
    return this.with(new ModuleImportDeclarator().declare(this.text, options));
  }

  /** @returns undefined if there is no `@Module({…})`, or if what it has under the key is no list */
  withMetadata(key: 'imports' | 'controllers', expression: string): ModuleSource | undefined {
    const text = new MetadataManager(this.text).insert(key, expression);
    return text === undefined || text === this.text ? undefined : this.with(text);
  }

  private parsed(): ts.SourceFile {
    return ts.createSourceFile(this.file, this.text, ts.ScriptTarget.Latest);
  }

  private with(text: string): ModuleSource {
    return new ModuleSource(text, this.file, this.isEsm);
  }

  private declared(symbol: string, file: string): DeclarationOptions {
    return {
      symbol,
      metadata: 'imports',
      name: path.posix.basename(file),
      path: asPath(path.posix.dirname(file)),
      module: asPath(this.file),
    };
  }
}

/** The type of normalised paths, which `path.posix.join` returns. */
function asPath(normalised: string): DeclarationOptions['path'] {
  return normalised as DeclarationOptions['path'];
}

/** The names that a statement declares, other than imports. */
function namesIn(statement: ts.Statement): readonly string[] {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.map(({ name }) =>
      ts.isIdentifier(name) ? name.text : '',
    );
  }
  const isNamed = ts.isClassDeclaration(statement) || ts.isFunctionDeclaration(statement);
  return isNamed && statement.name !== undefined ? [statement.name.text] : [];
}
