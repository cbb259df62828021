import { readFileSync } from 'node:fs';
import path from 'node:path';
import { NodePackageInstallTask } from '@angular-devkit/schematics/tasks/package-manager/install-task.js';
import { isEsmProject } from '@nestjs/schematics';
import { AppPackages, ownManifest, PLATFORM } from './app-packages.js';
import { lineEndOf, textOf, type Rule, type SchematicContext, type Tree } from './app-tree.js';
import { MainSource } from './main-source.js';
import { ModuleSource } from './module-source.js';

/** The options of `schema.json`. */
export interface NestAddOptions {
  readonly sourceRoot?: string;
  readonly module?: string;
  readonly sample?: boolean;
  readonly skipInstall?: boolean;
  /** Where `sourceRoot` is, in a monorepo. */
  readonly project?: string;
}

const DATABASE_FILE = 'daysync.db';
const PAGE = 'docs/embedding-sync.md in the repository of Daysync';

/** `nest add @daysync/nest`: adds `SyncModule` to the root module of an app, with a sample and its page. */
export function nestAdd({
  sourceRoot = 'src',
  module,
  sample = true,
  skipInstall = false,
  project,
}: NestAddOptions): Rule {
  return (tree, context) => {
    const main = path.posix.join('/', sourceRoot, 'main.ts');
    const file = path.posix.join('/', module ?? rootModule(tree, main, sourceRoot));
    const text = textOf(tree, file);
    if (text === undefined) throw new Error(noAppError(nameOf(file)));
    const packages = new AppPackages(tree);
    refuseOtherPlatform(packages);
    const own = ownManifest();
    const source = new ModuleSource(text, file, isEsmProject(tree));
    if (source.importsFrom(own.name)) {
      context.logger.info(`${nameOf(file)} imports ${own.name} already: it stays as it is.`);
    } else {
      const folder = path.posix.join('/', sourceRoot, 'sync');
      refuseTakenNames(source, nameOf(file), sample);
      tree.overwrite(
        file,
        withSyncModule(source, nameOf(file), own.name, sample ? folder : undefined),
      );
      if (sample) writeSample(tree, folder);
      enableShutdownHooks(tree, context, main);
      ignoreDatabase(tree);
      explain(context, nameOf(file), sample, project);
    }
    if (packages.addMissingOf(own) && !skipInstall) context.addTask(new NodePackageInstallTask());
    return tree;
  };
}

/** The module from which the main file creates the app, or else that of a new app. */
function rootModule(tree: Tree, main: string, sourceRoot: string): string {
  const text = textOf(tree, main);
  const found = text === undefined ? undefined : new MainSource(text, main).rootModule;
  return found !== undefined && tree.exists(found) ? found : `${sourceRoot}/app.module.ts`;
}

/** A file as its owner names it. */
function nameOf(file: string): string {
  return file.slice(1);
}

function refuseOtherPlatform({ otherPlatform }: AppPackages): void {
  if (otherPlatform === undefined) return;
  throw new Error(
    `expected an app on ${PLATFORM}, which the controllers need, got ${otherPlatform}; ` +
      `add SyncModule.forRoot without controllers by hand: ${PAGE}`,
  );
}

function refuseTakenNames(source: ModuleSource, module: string, sample: boolean): void {
  const refuse = (name: string, advice: string): void => {
    const declaration = source.declarationOf(name);
    if (declaration === undefined) return;
    throw new Error(
      `expected no other ${name} in ${module}, got ${declaration}; rename or remove it there${advice}`,
    );
  };
  refuse('SyncModule', `, or add SyncModule.forRoot by hand: ${PAGE}`);
  for (const name of sample ? ['SampleController', 'sampleDataset'] : []) {
    refuse(name, ', or leave the sample out: --no-sample');
  }
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
    const sample = readFileSync(new URL(`files/${name}.template`, import.meta.url), 'utf8');
    const present = textOf(tree, file);
    if (present === undefined) tree.create(file, sample);
    else if (present !== sample) {
      throw new Error(
        `expected no ${nameOf(file)}, or the sample, got another file; ` +
          'move it, or leave the sample out: --no-sample',
      );
    }
  }
}

/** Without it a signal ends the process as a crash does, and the days in flight are suspected of having caused it. */
function enableShutdownHooks(tree: Tree, { logger }: SchematicContext, main: string): void {
  const text = textOf(tree, main);
  const changed = text === undefined ? undefined : new MainSource(text, main).withShutdownHooks();
  if (changed !== undefined) tree.overwrite(main, changed);
  else {
    logger.warn(
      'Call app.enableShutdownHooks() where you create the app: without it each stop counts as a crash.',
    );
  }
}

/** With the files that SQLite and Daysync keep beside it. */
function ignoreDatabase(tree: Tree): void {
  const text = textOf(tree, '/.gitignore');
  const line = `/${DATABASE_FILE}*`;
  if (text === undefined || text.split(/\r?\n/).includes(line)) return;
  const added = ['', '', '# Daysync', line, ''].join(lineEndOf(text));
  tree.overwrite('/.gitignore', text.trimEnd() + added);
}

function explain(
  { logger }: SchematicContext,
  module: string,
  sample: boolean,
  project: string | undefined,
): void {
  const command = project === undefined ? 'npm run start' : `npm run start ${project}`;
  logger.info(
    'Whoever reaches the app can start batches. Put your guards before the API: controllers: { guards: [YourGuard] }',
  );
  logger.info(
    sample
      ? `Start the app (\`${command}\`) and open http://localhost:3000/daysync-sample`
      : `Add a dataset to SyncModule in ${module}: without one the app does not start. ${PAGE}`,
  );
}
