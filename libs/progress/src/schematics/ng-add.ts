// `ng add @daysync/progress`: provider, component, sample page with a route, and the proxy of `ng serve`.
import fs from 'node:fs';
import path from 'node:path';
import { chain, SchematicsException, type Rule, type Tree } from '@angular-devkit/schematics';
import { addRootProvider, readWorkspace } from '@schematics/angular/utility';
import { addRoute, NAME, showServer } from './sample-page.js';
import { API, findProxy, forward, isServer } from './serve-proxy.js';

/** The options of schema.json. */
export interface NgAddOptions {
  readonly project?: string;
  readonly server?: string;
  readonly skipProxy?: boolean;
  readonly skipSample?: boolean;
}

/** What is known of the application before anything is changed. */
interface AddTarget {
  readonly project: string;
  readonly root: string;
  readonly sourceRoot: string;
  /** The folder in `sourceRoot` with its root component. */
  readonly app: string;
  readonly main: string;
  /** The beginning of its selectors. */
  readonly prefix: string;
}

const ENTRY = '@daysync/progress/angular';
const DEFAULT_SERVER = 'http://127.0.0.1:8000';
/** What the application then owns, as it is written for the prefix `app` and the default server. */
const FILES = path.join(import.meta.dirname, 'files');
const COMPONENT = ['daysync-progress.ts', 'daysync-progress.html', 'daysync-progress.css'];
const SAMPLE = [
  'daysync-progress-page.ts',
  'daysync-progress-page.html',
  'daysync-progress-page.css',
];

/** Adds live progress to an application. What is there already stays as it is, so that it can run again. */
export function ngAdd(options: NgAddOptions): Rule {
  return async (tree) => {
    const target = await findTarget(tree, options.project);
    const proxy = await findProxy(tree, target.project, target.root);
    const asked = options.server === undefined ? undefined : checkedServer(options.server);
    const server = asked ?? proxy.server ?? DEFAULT_SERVER;
    const sample = [
      writeOwnFiles(target, server, SAMPLE),
      ...(asked === undefined ? [] : [showServer(target.app, server)]),
      addRoute(target.app),
    ];
    return chain([
      provide(target),
      writeOwnFiles(target, server, COMPONENT),
      ...(options.skipSample === true ? [] : sample),
      ...(options.skipProxy === true
        ? []
        : [forward(proxy, target.project, server, asked !== undefined)]),
    ]);
  };
}

function checkedServer(server: string): string {
  if (URL.canParse(server) && isServer(server)) return server.replace(/\/+$/, '');
  throw new SchematicsException(
    `--server: expected an address such as ${DEFAULT_SERVER}, got ${server}`,
  );
}

async function findTarget(tree: Tree, asked: string | undefined): Promise<AddTarget> {
  if (!tree.exists('/angular.json') && !tree.exists('/.angular.json')) {
    throw new SchematicsException(
      'expected an Angular workspace (angular.json), found none; run this in the folder of an application',
    );
  }
  const { projects } = await readWorkspace(tree);
  const applications = [...projects]
    .filter(([, { extensions }]) => extensions['projectType'] === 'application')
    .map(([name]) => name);
  const name = asked ?? (applications.length === 1 ? applications[0] : undefined);
  const project = name === undefined ? undefined : projects.get(name);
  if (name === undefined || project === undefined || !applications.includes(name)) {
    throw new SchematicsException(
      `--project: expected one of ${applications.join(', ') || 'the applications, of which there is none'}, got ${asked ?? 'none'}`,
    );
  }
  const { root, sourceRoot = path.posix.join(root, 'src'), prefix = '' } = project;
  const build = project.targets.get('build')?.options;
  const main = build?.['main'] ?? build?.['browser'] ?? path.posix.join(sourceRoot, 'main.ts');
  if (typeof main !== 'string' || !/\bbootstrap(Application|Module)\b/.test(textOf(tree, main))) {
    throw new SchematicsException(
      `expected the main file of ${name} to call bootstrapApplication or bootstrapModule, got ${JSON.stringify(main)}`,
    );
  }
  return {
    project: name,
    root,
    sourceRoot,
    app: path.posix.join(sourceRoot, 'app'),
    main,
    // Without a prefix the component would have the tag of the element of this package.
    prefix: prefix === '' ? 'app' : prefix,
  };
}

/** Adds `provideProgress` to the providers of the application. */
function provide({ project, sourceRoot, main }: AddTarget): Rule {
  return (tree) => {
    let isProvided = isProvider(textOf(tree, main));
    tree.getDir(sourceRoot).visit((file) => {
      if (isProvided || !file.endsWith('.ts') || file.endsWith('.spec.ts')) return;
      isProvided = isProvider(textOf(tree, file));
    });
    if (isProvided) return tree;
    return addRootProvider(
      project,
      ({ code, external }) => code`${external('provideProgress', ENTRY)}({ baseUrl: '${API}' })`,
    );
  };
}

function isProvider(text: string): boolean {
  return text.includes(ENTRY) && text.includes('provideProgress(');
}

/** Writes the component and its sample page; files that are there stay as they are. */
function writeOwnFiles({ app, prefix }: AddTarget, server: string, names: readonly string[]): Rule {
  return (tree, { logger }) => {
    for (const name of names) {
      const file = path.posix.join(app, NAME, name);
      if (tree.exists(file)) {
        logger.info(`${file} is there, and stays as it is`);
        continue;
      }
      const text = fs.readFileSync(path.join(FILES, name), 'utf8');
      tree.create(
        file,
        text.replaceAll(`app-${NAME}`, `${prefix}-${NAME}`).replaceAll(DEFAULT_SERVER, server),
      );
    }
  };
}

function textOf(tree: Tree, file: string): string {
  return tree.read(file)?.toString() ?? '';
}
