import { createRequire } from 'node:module';
import { HostTree, type Rule, type Tree } from '@angular-devkit/schematics';
import { SchematicTestRunner, UnitTestTree } from '@angular-devkit/schematics/testing';
import { lastValueFrom } from 'rxjs';
import { beforeEach, describe, expect, it } from 'vitest';
import { nestAdd, type NestAddOptions } from './index.js';

const MODULE = '/src/app.module.ts';
const MAIN = '/src/main.ts';
const SAMPLES = ['/src/sync/sample.controller.ts', '/src/sync/sample.source.ts'];

let runner: SchematicTestRunner;
let messages: string[];
beforeEach(() => {
  messages = [];
  const { resolve } = createRequire(import.meta.url);
  runner = new SchematicTestRunner(
    '@nestjs/schematics',
    resolve('@nestjs/schematics/dist/collection.json'),
  );
  runner.logger.subscribe(({ message }) => void messages.push(message));
});

/** What `nest new` makes. */
const newApp = (type = 'esm'): Promise<UnitTestTree> =>
  runner.runSchematic('application', { name: 'app', directory: '.', type });

async function add(app: Tree, options: NestAddOptions = {}): Promise<UnitTestTree> {
  // Its types are of another version of the same package.
  const rule = nestAdd(options) as unknown as Rule;
  const logged: Rule = (tree, context) => rule(tree, { ...context, logger: runner.logger });
  return new UnitTestTree(await lastValueFrom(runner.callRule(logged, app)));
}

function dependenciesOf(app: UnitTestTree): Readonly<Record<string, string>> {
  const manifest = JSON.parse(app.readContent('/package.json')) as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  return manifest.dependencies;
}

describe('nest add, in a new app', () => {
  it('adds the module with the sample, its page and the packages', async () => {
    const app = await add(await newApp());
    expect(app.readContent(MODULE)).toBe(`import { Module } from '@nestjs/common';
import { AppController } from './app.controller.js';
import { AppService } from './app.service.js';
import { SyncModule } from '@daysync/nest';
import { SampleController } from './sync/sample.controller.js';
import { sampleDataset } from './sync/sample.source.js';

@Module({
  imports: [SyncModule.forRoot({
    database: { file: 'daysync.db' },
    datasets: [sampleDataset],
    controllers: true,
    element: true,
    health: true,
    metrics: true,
  })],
  controllers: [AppController, SampleController],
  providers: [AppService],
})
export class AppModule {}
`);
    expect(app.files).toEqual(expect.arrayContaining(SAMPLES));
    expect(dependenciesOf(app)).toMatchObject({
      '@nestjs/platform-express': '^12.0.1',
      kysely: '^0.29.0',
    });
    expect(Object.keys(dependenciesOf(app))).not.toContain('@duckdb/node-api');
    expect(runner.tasks).toMatchObject([{ name: 'node-package', options: { command: 'install' } }]);
  });

  it('imports without extensions in an app of CommonJS', async () => {
    const app = await add(await newApp('cjs'));
    expect(app.readContent(MODULE)).toContain(
      `import { sampleDataset } from './sync/sample.source';`,
    );
  });

  it('changes nothing the second time', async () => {
    const once = await add(await newApp());
    once.overwrite(MODULE, once.readContent(MODULE).replace('daysync.db', 'mine.db'));
    once.overwrite(SAMPLES[1] ?? '', '// mine');
    const files = new Map(once.files.map((file) => [file, once.readContent(file)]));
    const twice = await add(once);
    expect(new Map(twice.files.map((file) => [file, twice.readContent(file)]))).toEqual(files);
    expect(runner.tasks).toHaveLength(1);
  });

  it('leaves the sample and the installation out', async () => {
    const app = await add(await newApp(), { sample: false, skipInstall: true });
    expect(app.files.filter((file) => file.startsWith('/src/sync'))).toEqual([]);
    expect(app.readContent(MODULE)).toContain('datasets: [],');
    expect(app.readContent(MODULE)).toContain('controllers: [AppController],');
    expect(dependenciesOf(app)).toHaveProperty('kysely');
    expect(runner.tasks).toEqual([]);
  });

  it('has a signal close the app, so that a stop is no crash', async () => {
    const once = await add(await newApp());
    expect(once.readContent(MAIN)).toContain(
      'await NestFactory.create(AppModule);\n  app.enableShutdownHooks();\n  await app.listen(',
    );
    expect(messages.join('\n')).not.toContain('enableShutdownHooks');
    // Again, after its owner has taken the module out.
    const app = await newApp();
    app.overwrite(MAIN, once.readContent(MAIN));
    expect((await add(app)).readContent(MAIN)).toBe(once.readContent(MAIN));
  });

  it('is not misled by a comment', async () => {
    const app = await newApp();
    app.overwrite(MAIN, `// app.enableShutdownHooks();\n${app.readContent(MAIN)}`);
    expect((await add(app)).readContent(MAIN)).toContain('\n  app.enableShutdownHooks();');
  });

  it('says so where the app is created in another way', async () => {
    const app = await newApp();
    const main =
      'export const start = () => NestFactory.create(AppModule).then((app) => app.listen(3000));\n';
    app.overwrite(MAIN, main);
    expect((await add(app)).readContent(MAIN)).toBe(main);
    expect(messages.join('\n')).toContain(
      'Call app.enableShutdownHooks() where you create the app',
    );
  });

  it.each([
    ['', '\n'],
    [' of Windows', '\r\n'],
  ])('has git ignore the database, in a file%s', async (_name, end) => {
    const app = await newApp();
    app.create('/.gitignore', `/dist${end}`);
    const added = ['/dist', '', '# Daysync', '/daysync.db*', ''].join(end);
    expect((await add(app)).readContent('/.gitignore')).toBe(added);
  });

  it.each([
    ['tabs', '\t', '\n', ''],
    ['four spaces', '    ', '\n', ''],
    ['line ends of Windows and a byte order mark', '  ', '\r\n', '\uFEFF'],
  ])('keeps the look of package.json: %s', async (_name, indentation, end, mark) => {
    const app = await newApp();
    const look = (text: string): string =>
      `${JSON.stringify(JSON.parse(text), null, indentation)}\n`.replaceAll('\n', end);
    app.overwrite('/package.json', mark + look(app.readContent('/package.json')));
    const manifest = (await add(app)).readContent('/package.json');
    expect(manifest).toContain(`${indentation}${indentation}"kysely": "^0.29.0",${end}`);
    expect(manifest).toBe(look(manifest));
  });
});

describe('nest add, in another app', () => {
  it('adds to the named module, beside what it has', async () => {
    const app = await newApp();
    app.create(
      '/apps/orders/src/orders.module.ts',
      `import { Module } from '@nestjs/common';
import {
  FirstModule,
  SecondModule,
} from './others.js';

@Module({
  imports: [
    FirstModule,
    SecondModule,
  ],
})
export class OrdersModule {}
`,
    );
    const options = { sourceRoot: 'apps/orders/src', module: 'apps/orders/src/orders.module.ts' };
    const added = await add(app, options);
    const text = added.readContent('/apps/orders/src/orders.module.ts');
    expect(text).toContain(`} from './others.js';
import { SyncModule } from '@daysync/nest';
import { SampleController } from './sync/sample.controller.js';`);
    expect(text).toContain('FirstModule,\n    SecondModule,\n    SyncModule.forRoot({');
    expect(text).toContain('controllers: [SampleController]');
    expect(added.files).toContain('/apps/orders/src/sync/sample.source.ts');
    expect(added.readContent(MODULE)).not.toContain('SyncModule');
  });

  it.each(['esm', 'cjs'])('finds the module of a project: %s', async (type) => {
    const app = await runner.runSchematic('sub-app', { name: 'orders' }, await newApp(type));
    const added = await add(app, { project: 'orders', sourceRoot: 'apps/orders/src' });
    expect(added.readContent('/apps/orders/src/orders.module.ts')).toContain(
      'SyncModule.forRoot({',
    );
    expect(messages.join('\n')).toContain('Start the app (`npm run start orders`)');
    expect(added.readContent('/apps/orders/src/main.ts')).toContain('app.enableShutdownHooks();');
    expect(added.files).toContain('/apps/orders/src/sync/sample.source.ts');
    expect(added.readContent(MODULE)).toBe(app.readContent(MODULE));
  });

  it.each([
    [
      "import { SyncModule } from './sync/sync.module.js';",
      "expected no other SyncModule in src/app.module.ts, got an import from './sync/sync.module.js'; rename or remove it",
    ],
    [
      'export class SyncModule {}',
      'expected no other SyncModule in src/app.module.ts, got a declaration',
    ],
    [
      'const sampleDataset = {};',
      'expected no other sampleDataset in src/app.module.ts, got a declaration',
    ],
    [
      "import { Mine as SampleController } from './mine.js';",
      "expected no other SampleController in src/app.module.ts, got an import from './mine.js'",
    ],
    ["import sampleDataset from './mine.js';", 'expected no other sampleDataset'],
  ])('refuses a name that is taken: %s', async (line, message) => {
    const app = await newApp();
    app.overwrite(MODULE, `${line}\n${app.readContent(MODULE)}`);
    await expect(add(app)).rejects.toThrow(message);
  });

  it('refuses a file of the app where the sample would be', async () => {
    const app = await newApp();
    app.create('/src/sync/sample.source.ts', '// mine');
    await expect(add(app)).rejects.toThrow(
      'expected no src/sync/sample.source.ts, or the sample, got another file; move it',
    );
    expect((await add(app, { sample: false })).readContent(MODULE)).toContain('SyncModule.forRoot');
  });

  it.each([
    ['no list of imports', '@Module({ imports: shared })', /expected @Module\(\{ imports: \[\]/],
    ['no options', '@Module()', /expected @Module\(\{ imports: \[\]/],
  ])('names what is wrong with a module: %s', async (_name, decorator, message) => {
    const app = await newApp();
    app.overwrite(MODULE, `${decorator}\nexport class AppModule {}\n`);
    await expect(add(app)).rejects.toThrow(message);
  });

  it('names what is wrong where there is no app', async () => {
    const nothing = new HostTree();
    await expect(add(nothing)).rejects.toThrow(
      /expected the root module of a Nest app in src\/app\.module\.ts, got no such file; .*--module=/,
    );
  });

  it('names the platform that the controllers need', async () => {
    const app = await newApp();
    const manifest = app
      .readContent('/package.json')
      .replace('platform-express', 'platform-fastify');
    app.overwrite('/package.json', manifest);
    await expect(add(app)).rejects.toThrow(
      'expected an app on @nestjs/platform-express, which the controllers need',
    );
  });
});
