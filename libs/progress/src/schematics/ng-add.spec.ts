import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { registerHooks } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SchematicTestRunner, UnitTestTree } from '@angular-devkit/schematics/testing';
import { Tree } from '@angular-devkit/schematics';
import { STYLE } from '../element/style.js';
import type { NgAddOptions } from './ng-add.js';

const ANGULAR = path.resolve(
  import.meta.dirname,
  '../../../../node_modules/@schematics/angular/collection.json',
);
const SERVER = 'http://127.0.0.1:8000';
const API = '/api/v1/sync-status';
const PAGE = '/src/app/daysync-progress/daysync-progress-page.ts';

const HERE = new URL('.', import.meta.url).href;

let folder: string;
let runner: SchematicTestRunner;
const messages: string[] = [];

beforeAll(async () => {
  // The collection as it is published, but with the source: Node reads it, once it knows where the built files are from.
  registerHooks({
    resolve: (specifier, context, next) => {
      const isSource = specifier.startsWith('./') && context.parentURL?.startsWith(HERE) === true;
      return next(isSource ? specifier.replace(/\.js$/, '.ts') : specifier, context);
    },
  });
  const { schematics } = JSON.parse(
    await readFile(path.join(import.meta.dirname, 'collection.json'), 'utf8'),
  ) as { readonly schematics: { readonly 'ng-add': { readonly factory: string } } };
  const [file = '', name = ''] = schematics['ng-add'].factory.split('#');
  folder = await mkdtemp(path.join(os.tmpdir(), 'daysync-schematics-'));
  const collection = path.join(folder, 'collection.json');
  const added = {
    ...schematics['ng-add'],
    factory: `${path.join(import.meta.dirname, file)}.ts#${name}`,
    schema: path.join(import.meta.dirname, 'schema.json'),
  };
  await writeFile(collection, JSON.stringify({ schematics: { 'ng-add': added } }));
  runner = new SchematicTestRunner('@daysync/progress', collection);
  runner.logger.subscribe(({ message }) => void messages.push(message));
});
afterAll(() => rm(folder, { recursive: true }));

/** A new workspace with applications, as `ng new` and `ng generate application` make them. */
async function workspace(...applications: readonly object[]): Promise<UnitTestTree> {
  const options = { name: 'work', newProjectRoot: 'projects', version: '22.0.0' };
  let tree = await runner.runExternalSchematic(ANGULAR, 'workspace', options);
  for (const one of applications) {
    const application = { skipInstall: true, ...one };
    tree = await runner.runExternalSchematic(ANGULAR, 'application', application, tree);
  }
  return tree;
}

/** The lone application of `ng new`. */
const lone = (options = {}): Promise<UnitTestTree> =>
  workspace({ name: 'shop', projectRoot: '', routing: true, ...options });

/** The tree after `ng add`; the given one stays as it is. */
async function added(tree: UnitTestTree, options: NgAddOptions = {}): Promise<UnitTestTree> {
  messages.length = 0;
  const copy = Tree.empty();
  for (const file of tree.files) copy.create(file, tree.readContent(file));
  return runner.runSchematic('ng-add', options, copy);
}

const jsonIn = (tree: UnitTestTree, file: string): unknown => JSON.parse(tree.readContent(file));
/** The settings of the workspace, with others of its development server. */
function withServe(tree: UnitTestTree, settings: object): string {
  const angular = jsonIn(tree, '/angular.json') as {
    readonly projects: { readonly shop: { readonly architect: { readonly serve: object } } };
  };
  Object.assign(angular.projects.shop.architect.serve, settings);
  return JSON.stringify(angular);
}
const changed = (before: UnitTestTree, after: UnitTestTree): readonly string[] =>
  after.files
    .filter((file) => !before.exists(file) || before.readContent(file) !== after.readContent(file))
    .sort();

describe('ng add in the application of ng new', () => {
  let fresh: UnitTestTree;
  let tree: UnitTestTree;
  beforeAll(async () => {
    fresh = await lone();
    tree = await added(fresh);
  });

  it('writes the component and the sample page, and changes four files', () => {
    expect(changed(fresh, tree)).toEqual([
      '/angular.json',
      '/proxy.conf.json',
      '/src/app/app.config.ts',
      '/src/app/app.routes.ts',
      '/src/app/daysync-progress/daysync-progress-page.css',
      '/src/app/daysync-progress/daysync-progress-page.html',
      '/src/app/daysync-progress/daysync-progress-page.ts',
      '/src/app/daysync-progress/daysync-progress.css',
      '/src/app/daysync-progress/daysync-progress.html',
      '/src/app/daysync-progress/daysync-progress.ts',
    ]);
    expect(messages).toEqual([
      'The sample page is at http://localhost:4200/daysync-progress: run ng serve',
    ]);
  });

  it('provides the progress', () => {
    const config = tree.readContent('/src/app/app.config.ts');
    expect(config).toContain("import { provideProgress } from '@daysync/progress/angular';");
    expect(config).toMatch(
      /provideRouter\(routes\),\s*provideProgress\(\{ baseUrl: '\/api\/v1\/sync-status' \}\)/,
    );
  });

  it('adds the route', () => {
    expect(tree.readContent('/src/app/app.routes.ts'))
      .toBe(`import { Routes } from '@angular/router';

export const routes: Routes = [
  {
    path: 'daysync-progress',
    loadComponent: () =>
      import('./daysync-progress/daysync-progress-page').then((m) => m.DaysyncProgressPage),
  },
];
`);
  });

  it('forwards the requests of ng serve to the server', () => {
    expect(jsonIn(tree, '/proxy.conf.json')).toEqual({
      '/api/v1/sync-status': { target: SERVER, changeOrigin: true },
    });
    expect(jsonIn(tree, '/angular.json')).toMatchObject({
      projects: { shop: { architect: { serve: { options: { proxyConfig: 'proxy.conf.json' } } } } },
    });
  });

  it('changes nothing the second time, nor what its owner has changed', async () => {
    expect(changed(tree, await added(tree))).toEqual([]);
    const component = '/src/app/daysync-progress/daysync-progress.html';
    const own = await added(tree);
    own.overwrite(component, 'mine');
    own.overwrite(
      '/proxy.conf.json',
      JSON.stringify({ '/api/v1/sync-status': { target: 'http://mine' } }),
    );
    expect(changed(own, await added(own))).toEqual([]);
    expect(messages).toContain(
      'src/app/daysync-progress/daysync-progress.html is there, and stays as it is',
    );
  });

  it('replaces the address of the server when it is asked to', async () => {
    const moved = await added(tree, { server: 'https://sync.example.com/' });
    expect(jsonIn(moved, '/proxy.conf.json')).toEqual({
      '/api/v1/sync-status': { target: 'https://sync.example.com', changeOrigin: true },
    });
    const line = "const SERVER = 'https://sync.example.com';";
    expect(moved.readContent(PAGE)).toContain(line);
    expect(changed(tree, moved)).toEqual(['/proxy.conf.json', PAGE]);
    const shown = await added(fresh, { server: 'https://sync.example.com/' });
    expect(shown.readContent(PAGE)).toContain(line);
  });

  it('says so where the sample page does not have the address as it was written', async () => {
    const own = await added(tree);
    own.overwrite(PAGE, 'mine');
    const moved = await added(own, { server: 'https://sync.example.com' });
    expect(moved.readContent(PAGE)).toBe('mine');
    expect(messages.join('\n')).toContain('it does not show https://sync.example.com');
  });

  it('keeps the other settings of the proxy, and shows its address', async () => {
    const entry = { target: 'https://mine.example.com', secure: false, headers: { a: 'b' } };
    const own = await lone();
    own.overwrite('/angular.json', withServe(own, { options: { proxyConfig: 'proxy.conf.json' } }));
    own.create('/proxy.conf.json', JSON.stringify({ [API]: entry }));
    const kept = await added(own);
    expect(changed(own, kept)).not.toContain('/proxy.conf.json');
    expect(kept.readContent(PAGE)).toContain("const SERVER = 'https://mine.example.com';");
    const moved = await added(kept, { server: 'http://127.0.0.1:8001' });
    expect(jsonIn(moved, '/proxy.conf.json')).toEqual({
      [API]: { ...entry, target: 'http://127.0.0.1:8001' },
    });
  });

  it('leaves out the sample page and the proxy when it is asked to', async () => {
    const small = await added(fresh, { skipSample: true, skipProxy: true });
    expect(changed(fresh, small)).toEqual([
      '/src/app/app.config.ts',
      '/src/app/daysync-progress/daysync-progress.css',
      '/src/app/daysync-progress/daysync-progress.html',
      '/src/app/daysync-progress/daysync-progress.ts',
    ]);
  });
});

describe('ng add in other applications', () => {
  it('finds the main file and a prefix where angular.json leaves them out', async () => {
    const fresh = await lone();
    const text = fresh.readContent('/angular.json');
    const less = text
      .replace(/"browser": "src\/main.ts",/, '')
      .replace(/"prefix": "[^"]*"/, '"prefix": ""');
    expect(less).not.toContain('src/main.ts');
    fresh.overwrite('/angular.json', less);
    const tree = await added(fresh);
    expect(tree.readContent('/src/app/app.config.ts')).toContain('provideProgress({');
    const component = tree.readContent('/src/app/daysync-progress/daysync-progress.ts');
    expect(component).toContain("selector: 'app-daysync-progress'");
  });

  it.each(['src/app.config.ts', 'src/app/core/app.config.ts'])(
    'provides it once, with its settings in %s',
    async (file) => {
      const fresh = await lone();
      const place = path.posix.relative('src', file).replace('.ts', '');
      const text = fresh.readContent('/src/app/app.config.ts');
      fresh.create(file, text.replace('./app.routes', '/src/app/app.routes'));
      fresh.delete('/src/app/app.config.ts');
      fresh.overwrite(
        '/src/main.ts',
        fresh.readContent('/src/main.ts').replace('./app/app.config', `./${place}`),
      );
      const once = await added(fresh);
      expect(once.readContent(file)).toContain('provideProgress({');
      expect(changed(once, await added(once))).toEqual([]);
    },
  );

  it('changes the proxy of the default configuration, and names the others', async () => {
    const fresh = await lone();
    const configurations = {
      development: { proxyConfig: 'proxy.dev.json' },
      staging: { proxyConfig: 'proxy.staging.json' },
    };
    const serve = { options: { proxyConfig: 'proxy.json' }, configurations };
    fresh.overwrite('/angular.json', withServe(fresh, serve));
    for (const name of ['.', '.dev.', '.staging.']) fresh.create(`/proxy${name}json`, '{}');
    const tree = await added(fresh);
    expect(changed(fresh, tree).filter((file) => file.endsWith('.json'))).toEqual([
      '/proxy.dev.json',
    ]);
    expect(messages.join('\n')).toContain(
      'ng serve uses proxy.dev.json, with other configurations proxy.json, proxy.staging.json.',
    );
  });

  it('puts its route before the others in the list that is named routes', async () => {
    const fresh = await lone();
    fresh.overwrite(
      '/src/app/app.routes.ts',
      "const admin: Routes = [];\nexport const routes: Routes = [\n  { path: '**', redirectTo: '' },\n];\n",
    );
    expect((await added(fresh)).readContent('/src/app/app.routes.ts')).toMatch(
      /^const admin: Routes = \[\];\nexport const routes: Routes = \[\n {2}\{\n {4}path: 'daysync-progress',[^]*\},\n {2}\{ path: '\*\*'/,
    );
  });

  it.each([
    ['only', 'export const pages: Routes = [];\n', false],
    ['one of several', 'const a: Routes = [];\nconst b: Routes = [];\n', true],
  ])('with another name: %s', async (_name, lists, isLeft) => {
    const fresh = await lone();
    fresh.overwrite('/src/app/app.routes.ts', lists);
    const tree = await added(fresh);
    expect(tree.readContent('/src/app/app.routes.ts') === lists).toBe(isLeft);
    expect(messages.join('\n').includes('Found no list of routes, or several')).toBe(isLeft);
  });

  it('merges its path into a proxy that is there, first', async () => {
    const fresh = await lone();
    const serve = { options: { proxyConfig: 'src/proxy.json' } };
    fresh.overwrite('/angular.json', withServe(fresh, serve));
    fresh.create(
      '/src/proxy.json',
      '{\n  // Ours.\n  "/api": { "target": "http://localhost:3000" }\n}\n',
    );
    const tree = await added(fresh);
    const proxy = tree.readContent('/src/proxy.json');
    expect(proxy).toMatch(
      /"\/api\/v1\/sync-status": [^]*\/\/ Ours\.[^]*"\/api": \{ "target": "http:\/\/localhost:3000" \}/,
    );
    expect(tree.exists('/proxy.conf.json')).toBe(false);
    expect(changed(fresh, tree)).not.toContain('/angular.json');
  });

  it('says what to add to a proxy in JavaScript', async () => {
    const fresh = await lone();
    fresh.overwrite(
      '/angular.json',
      fresh
        .readContent('/angular.json')
        .replace(/("serve": \{)/, '$1 "options": { "proxyConfig": "proxy.mjs" },'),
    );
    fresh.create('/proxy.mjs', 'export default {};\n');
    const tree = await added(fresh);
    expect(changed(fresh, tree)).not.toContain('/proxy.mjs');
    expect(messages.join('\n')).toMatch(
      /^Can't change the proxy of ng serve \(proxy\.mjs\)[^]*"target": "http:\/\/127\.0\.0\.1:8000"/m,
    );
  });

  it('says which route to add where there is no list of them', async () => {
    const fresh = await lone({ routing: false });
    const tree = await added(fresh);
    expect(tree.exists('/src/app/app.routes.ts')).toBe(false);
    expect(messages.join('\n')).toMatch(/^Found no list of routes[^]*path: 'daysync-progress'/m);
  });

  it('provides it in an NgModule, with its routes', async () => {
    const tree = await added(await lone({ standalone: false }));
    expect(tree.readContent('/src/app/app-module.ts')).toContain('provideProgress({');
    expect(tree.readContent('/src/app/app-routing-module.ts')).toContain(
      "path: 'daysync-progress'",
    );
  });

  it('uses the prefix and the folders of the project that is named', async () => {
    const fresh = await workspace({ name: 'one' }, { name: 'two', prefix: 'my', routing: true });
    const tree = await added(fresh, { project: 'two' });
    expect(changed(fresh, tree).filter((file) => !file.startsWith('/projects/two/'))).toEqual([
      '/angular.json',
    ]);
    const folder = '/projects/two/src/app/daysync-progress';
    expect(tree.readContent(`${folder}/daysync-progress.ts`)).toContain("'my-daysync-progress'");
    expect(tree.readContent(`${folder}/daysync-progress-page.html`)).toContain(
      '<my-daysync-progress ',
    );
    expect(jsonIn(tree, '/angular.json')).toMatchObject({
      projects: {
        two: { architect: { serve: { options: { proxyConfig: 'projects/two/proxy.conf.json' } } } },
      },
    });
  });
});

describe('ng add refuses', () => {
  it.each([
    [
      'no workspace',
      async () => new UnitTestTree(Tree.empty()),
      {},
      /expected an Angular workspace/,
    ],
    ['no application', () => workspace(), {}, /the applications, of which there is none, got none/],
    [
      'several',
      () => workspace({ name: 'one' }, { name: 'two' }),
      {},
      /expected one of one, two, got none/,
    ],
    ['an unknown one', lone, { project: 'nope' }, /expected one of shop, got nope/],
    [
      'no address',
      lone,
      { server: '127.0.0.1:8000' },
      /--server: expected an address .* got 127\.0\.0\.1:8000/,
    ],
  ] as const)('%s', async (_, made, options, message) => {
    await expect(made().then((tree) => added(tree, options))).rejects.toThrow(message);
  });

  it('a main file that starts no application', async () => {
    const fresh = await lone();
    fresh.overwrite('/src/main.ts', "import('./bootstrap');\n");
    await expect(added(fresh)).rejects.toThrow(
      /expected the main file of shop to call bootstrapApplication/,
    );
  });
});

it('the component has the styles of the element, but those of its own announcements', async () => {
  const file = path.join(import.meta.dirname, 'files/daysync-progress.css');
  const bare = (css: string): string =>
    css
      .replaceAll(/[\s']|\.unseen *\{[^}]*\}/g, '')
      .replaceAll(/;\}/g, '}')
      .replaceAll(/(?<!\d)0\./g, '.');
  expect(bare(await readFile(file, 'utf8'))).toBe(bare(STYLE));
});
