// `ng add @daysync/progress`: provider, component, sample page with a route, and the proxy of `ng serve`.
import fs from 'node:fs';
import path from 'node:path';
import { chain, SchematicsException, type Rule, type Tree } from '@angular-devkit/schematics';
import { addRootProvider, readWorkspace, updateWorkspace } from '@schematics/angular/utility';
import { JSONFile } from '@schematics/angular/utility/json-file';

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
  /** The folder of its project file, and that of its code. */
  readonly root: string;
  readonly app: string;
  readonly main: string;
  /** The beginning of its selectors. */
  readonly prefix: string;
}

const API = '/api/v1/sync-status';
const DEFAULT_SERVER = 'http://127.0.0.1:8000';
/** The folder of the component in the application, and the path of the sample page. */
const NAME = 'daysync-progress';
/** What the application then owns, as it is written for the prefix `app` and the default server. */
const FILES = path.join(import.meta.dirname, 'files');
const COMPONENT = ['daysync-progress.ts', 'daysync-progress.html', 'daysync-progress.css'];
const SAMPLE = [
  'daysync-progress-page.ts',
  'daysync-progress-page.html',
  'daysync-progress-page.css',
];
const ROUTE = `{
    path: '${NAME}',
    loadComponent: () =>
      import('./${NAME}/${NAME}-page').then((m) => m.DaysyncProgressPage),
  }`;
/** The file with the routes, in applications with and without NgModule. */
const ROUTE_FILES = ['app.routes.ts', 'app-routing-module.ts', 'app-routing.module.ts'];

/** Adds live progress to an application. What is there already stays as it is, so that it can run again. */
export function ngAdd(options: NgAddOptions): Rule {
  return async (tree) => {
    const server = checkedServer(options.server ?? DEFAULT_SERVER);
    const target = await findTarget(tree, options.project);
    return chain([
      provide(target),
      writeOwnFiles(
        target,
        server,
        options.skipSample === true ? COMPONENT : [...COMPONENT, ...SAMPLE],
      ),
      ...(options.skipSample === true ? [] : [addRoute(target)]),
      ...(options.skipProxy === true
        ? []
        : [forward(target, server, options.server !== undefined)]),
    ]);
  };
}

function checkedServer(server: string): string {
  const protocol = URL.canParse(server) ? new URL(server).protocol : '';
  if (protocol === 'http:' || protocol === 'https:') return server.replace(/\/+$/, '');
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
  const build = project.targets.get('build')?.options;
  const main = build?.['main'] ?? build?.['browser'];
  if (typeof main !== 'string' || !/\bbootstrap(Application|Module)\b/.test(textOf(tree, main))) {
    throw new SchematicsException(
      `expected the main file of ${name} to call bootstrapApplication or bootstrapModule, got ${typeof main === 'string' ? main : 'no main file in angular.json'}`,
    );
  }
  const { root, sourceRoot = path.posix.join(root, 'src'), prefix = 'app' } = project;
  return { project: name, root, app: path.posix.join(sourceRoot, 'app'), main, prefix };
}

/** Adds `provideProgress` to the providers of the application. */
function provide({ project, app, main }: AddTarget): Rule {
  return (tree) => {
    const files = [main, ...tree.getDir(app).subfiles.map((file) => path.posix.join(app, file))];
    if (files.some((file) => textOf(tree, file).includes('provideProgress('))) return tree;
    return addRootProvider(
      project,
      ({ code, external }) =>
        code`${external('provideProgress', '@daysync/progress/angular')}({ baseUrl: '${API}' })`,
    );
  };
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

/** Adds the route of the sample page: first, so that no wildcard hides it. */
function addRoute({ app }: AddTarget): Rule {
  return (tree, { logger }) => {
    const found = ROUTE_FILES.map((name) => path.posix.join(app, name)).find((file) =>
      tree.exists(file),
    );
    const text = found === undefined ? '' : textOf(tree, found);
    if (text.includes(`${NAME}-page`)) return;
    const start = /\bRoutes\s*=\s*\[/.exec(text);
    if (found === undefined || start === null) {
      logger.warn(`Found no list of routes. To see the sample page, add this to yours:\n${ROUTE}`);
      return;
    }
    const at = start.index + start[0].length;
    const rest = text.slice(at);
    const isEmpty = /^\s*\]/.test(rest);
    const added = `\n  ${ROUTE},${isEmpty ? '\n' : ''}`;
    tree.overwrite(found, text.slice(0, at) + added + (isEmpty ? rest.trimStart() : rest));
    logger.info(`The sample page is at http://localhost:4200/${NAME}: run ng serve`);
  };
}

/** Lets `ng serve` forward the requests to the server, so that the browser needs one origin only. */
function forward({ project, root }: AddTarget, server: string, isAsked: boolean): Rule {
  const entry = { target: server, changeOrigin: true };
  return async (tree, { logger }) => {
    const serve = (await readWorkspace(tree)).projects.get(project)?.targets.get('serve');
    const given = serve?.options?.['proxyConfig'];
    const file = typeof given === 'string' ? given : path.posix.join(root, 'proxy.conf.json');
    const isJson = file.endsWith('.json');
    const isThere = tree.exists(file);
    if (serve === undefined || !isJson || (isThere && !isMapping(tree, file))) {
      const lines = JSON.stringify({ [API]: entry }, undefined, 2);
      logger.warn(`Can't change the proxy of ng serve (${file}). Add this to it:\n${lines}`);
      return;
    }
    if (!isThere) tree.create(file, '{}\n');
    const proxy = new JSONFile(tree, file);
    // First, because the first path that fits counts.
    if (isAsked || proxy.get([API]) === undefined) proxy.modify([API], entry, () => 0);
    if (given !== undefined) return;
    return updateWorkspace(({ projects }) => {
      const target = projects.get(project)?.targets.get('serve');
      if (target !== undefined) target.options = { ...target.options, proxyConfig: file };
    });
  };
}

function isMapping(tree: Tree, file: string): boolean {
  const content = new JSONFile(tree, file).get([]);
  return typeof content === 'object' && content !== null && !Array.isArray(content);
}

function textOf(tree: Tree, file: string): string {
  return tree.read(file)?.toString() ?? '';
}
