import { readFileSync } from 'node:fs';
import path from 'node:path';
import { NodePackageInstallTask } from '@angular-devkit/schematics/tasks/package-manager/install-task.js';
import { isEsmProject, type formatFiles } from '@nestjs/schematics';
import { ModuleSource } from './module-source.js';

/** Those of `@nestjs/schematics`, whose `@angular-devkit/schematics` may be another version than that of Angular. */
type Rule = ReturnType<typeof formatFiles>;
type Tree = Parameters<Rule>[0];
type SchematicContext = Parameters<Rule>[1];

/** The options of `schema.json`. */
export interface NestAddOptions {
  readonly sourceRoot?: string;
  readonly module?: string;
  readonly sample?: boolean;
  readonly skipInstall?: boolean;
}

interface PackageManifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

const DATABASE_FILE = 'daysync.db';
/** Optional for apps without controllers; the schematic adds controllers. */
const PLATFORM = '@nestjs/platform-express';
const OTHER_PLATFORM = '@nestjs/platform-fastify';
const PAGE = 'docs/embedding-sync.md in the repository of Daysync';

/** `nest add @daysync/nest`: adds `SyncModule` to the root module of an app, with a sample and its page. */
export function nestAdd({
  sourceRoot = 'src',
  module = `${sourceRoot}/app.module.ts`,
  sample = true,
  skipInstall = false,
}: NestAddOptions): Rule {
  return (tree, context) => {
    const file = path.posix.join('/', module);
    const text = textOf(tree, file);
    if (text === undefined) throw new Error(noAppError(module));
    const app = manifestOfApp(tree);
    const own = ownManifest();
    const source = new ModuleSource(text, file, isEsmProject(tree));
    if (source.importsFrom(own.name)) {
      context.logger.info(`${module} imports ${own.name} already: it stays as it is.`);
    } else {
      const folder = path.posix.join('/', sourceRoot, 'sync');
      tree.overwrite(file, withSyncModule(source, module, own.name, sample ? folder : undefined));
      if (sample) writeSample(tree, folder);
      ignoreDatabase(tree);
      explain(context, module, sample);
    }
    if (addMissingPackages(tree, app, own) && !skipInstall) {
      context.addTask(new NodePackageInstallTask());
    }
    return tree;
  };
}

/** @param sampleFolder where the sample is; undefined without one */
function withSyncModule(
  source: ModuleSource,
  module: string,
  packageName: string,
  sampleFolder: string | undefined,
): string {
  const hasSample = sampleFolder !== undefined;
  const expression = `SyncModule.forRoot({
    database: { file: '${DATABASE_FILE}' },
    datasets: [${hasSample ? 'sampleDataset' : ''}],
    controllers: true,
    element: true,
    health: true,
    metrics: true,
  })`;
  let changed = source.withMetadata('imports', expression);
  if (hasSample) changed = changed?.withMetadata('controllers', 'SampleController');
  changed = changed?.withPackageImport('SyncModule', packageName);
  if (hasSample) {
    changed = changed
      ?.withFileImport('SampleController', `${sampleFolder}/sample.controller`)
      .withFileImport('sampleDataset', `${sampleFolder}/sample.source`);
  }
  if (changed !== undefined) return changed.text;
  throw new Error(
    `expected @Module({ imports: [], controllers: [] }) in ${module}, with lists in place, got another form; ` +
      `name another module with --module, or add SyncModule.forRoot by hand: ${PAGE}`,
  );
}

function noAppError(module: string): string {
  return (
    `expected the root module of a Nest app in ${module}, got no such file; run this in the folder of the app ` +
    '(`nest new` makes one), or name the module: --module=src/main/main.module.ts'
  );
}

function writeSample(tree: Tree, folder: string): void {
  for (const name of ['sample.source.ts', 'sample.controller.ts']) {
    const file = `${folder}/${name}`;
    if (tree.exists(file)) continue;
    tree.create(file, readFileSync(new URL(`files/${name}.template`, import.meta.url)));
  }
}

/** With the files that SQLite and Daysync keep beside it. */
function ignoreDatabase(tree: Tree): void {
  const text = textOf(tree, '/.gitignore');
  const line = `/${DATABASE_FILE}*`;
  if (text === undefined || text.split('\n').includes(line)) return;
  tree.overwrite('/.gitignore', `${text.trimEnd()}\n\n# Daysync\n${line}\n`);
}

/** @returns whether there were any */
function addMissingPackages(tree: Tree, app: PackageManifest, own: PackageManifest): boolean {
  const { peerDependencies = {}, peerDependenciesMeta = {} } = own;
  const present = { ...app.dependencies, ...app.devDependencies };
  const missing = Object.entries(peerDependencies).filter(
    ([name]) =>
      !(name in present) && (name === PLATFORM || peerDependenciesMeta[name]?.optional !== true),
  );
  if (missing.length === 0) return false;
  const dependencies = Object.entries({ ...app.dependencies, ...Object.fromEntries(missing) });
  const sorted = dependencies.sort(([one], [other]) => (one < other ? -1 : 1));
  const written = { ...app, dependencies: Object.fromEntries(sorted) };
  tree.overwrite('/package.json', `${JSON.stringify(written, null, 2)}\n`);
  return true;
}

function explain({ logger }: SchematicContext, module: string, sample: boolean): void {
  logger.info(
    'Whoever reaches the app can start batches. Put your guards before the API: controllers: { guards: [YourGuard] }',
  );
  logger.info(
    sample
      ? 'Start the app (`npm run start`) and open http://localhost:3000/daysync-sample'
      : `Add a dataset to SyncModule in ${module}: without one the app does not start. ${PAGE}`,
  );
}

function manifestOfApp(tree: Tree): PackageManifest {
  const text = textOf(tree, '/package.json');
  if (text === undefined) {
    throw new Error('expected a package.json, got none; run this in the folder of the app');
  }
  const app = JSON.parse(text) as PackageManifest;
  const { dependencies = {} } = app;
  if (OTHER_PLATFORM in dependencies && !(PLATFORM in dependencies)) {
    throw new Error(
      `expected an app on ${PLATFORM}, which the controllers need, got ${OTHER_PLATFORM}; ` +
        `add SyncModule.forRoot without controllers by hand: ${PAGE}`,
    );
  }
  return app;
}

function ownManifest(): PackageManifest {
  const file = new URL('../../package.json', import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as PackageManifest;
}

function textOf(tree: Tree, file: string): string | undefined {
  return tree.read(file)?.toString('utf8');
}
