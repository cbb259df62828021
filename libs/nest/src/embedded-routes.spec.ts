import { cpSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import {
  Injectable,
  Module,
  ValidationPipe,
  VersioningType,
  type INestApplication,
  type ValidationPipeOptions,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { plainToInstance } from 'class-transformer';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lastValueFrom } from 'rxjs';
import { scratchFolder } from '../../../test/scratch.js';
import { WEBHOOK_SECRET, WebhookReceiver } from '../../../test/webhook-receiver.js';
import type { DayProvider, ProviderRow } from '../../../apps/api/src/sources/source-api.js';
import { DaySync } from './day-sync.js';
import { OnlyAda } from './only-ada.fixture.js';
import type { SyncOptions } from './sync-options.js';
import { SyncModule, type SyncModuleParts, type SyncOptionsFactory } from './sync.module.js';

class OneRowSource implements DayProvider {
  async *fetchDay(): AsyncIterable<ProviderRow> {
    yield { n: 1 };
  }
}

let file: string;
let app: INestApplication | undefined;
beforeEach(async () => {
  file = path.join(await scratchFolder(), 'app.db');
});
afterEach(async () => {
  await app?.close();
  app = undefined;
});

const options = (): SyncOptions => ({
  database: { file },
  datasets: [
    {
      name: 'numbers',
      source: { kind: 'provider', provider: OneRowSource },
      target: { table: 'numbers', columns: { n: 'integer' } },
    },
  ],
});

type TransformerPackage = NonNullable<ValidationPipeOptions['transformerPackage']>;

/** A copy of class-transformer without the transformations of our inputs, as an app has beside the package. */
function classTransformerOfApp(): TransformerPackage {
  const require = createRequire(import.meta.url);
  const folder = `${file}-class-transformer`;
  cpSync(path.dirname(require.resolve('class-transformer/package.json')), folder, {
    recursive: true,
  });
  const copy = require(folder) as TransformerPackage;
  expect(copy.plainToInstance).not.toBe(plainToInstance);
  return copy;
}

/** Starts an app; asks it for a path. @param configure settings of the app before it listens */
async function start(
  given: SyncOptions & SyncModuleParts,
  configure: (app: INestApplication) => void = () => undefined,
): Promise<{
  readonly url: string;
  readonly sync: DaySync;
  readonly ask: (route: string, user?: string) => Promise<{ status: number; text: string }>;
}> {
  @Module({ imports: [SyncModule.forRoot(given)] })
  class RoutedModule {}
  const http = await NestFactory.create(RoutedModule, { logger: false, abortOnError: false });
  app = http;
  configure(http);
  await http.listen(0, '127.0.0.1');
  const url = await http.getUrl();
  return {
    url,
    sync: http.get(DaySync, { strict: false }),
    ask: async (route, user = 'ada') => {
      const response = await fetch(`${url}${route}`, { headers: { 'x-user': user } });
      return { status: response.status, text: await response.text() };
    },
  };
}

async function syncDay(sync: DaySync): Promise<void> {
  const { task_id } = await sync.start({ start_date: '2025-10-01', end_date: '2025-10-01' });
  expect(await lastValueFrom(sync.watch(task_id))).toMatchObject({ success: 1 });
}

describe('health and metrics', () => {
  it('are there if the app wants them, under its paths and behind its guards', async () => {
    const { ask, sync } = await start({
      ...options(),
      health: true,
      metrics: { path: 'monitoring/sync', guards: [OnlyAda] },
    });
    expect(await ask('/health/live')).toMatchObject({ status: 200 });
    const ready = await ask('/health/ready');
    expect(ready.status).toBe(200);
    expect(JSON.parse(ready.text)).toMatchObject({
      data: { state: 'ready', checks: [{ name: 'database' }, { name: 'loop' }, { name: 'disk' }] },
    });
    await syncDay(sync);
    const { text } = await ask('/monitoring/sync');
    expect(text).toContain('daysync_days_total{dataset="numbers",outcome="success",reason=""} 1');
    // Those of the process are the app's.
    expect(text).not.toContain('process_cpu');
    expect((await ask('/monitoring/sync', 'eve')).status).toBe(401);
    expect((await ask('/metrics')).status).toBe(404);
  });
});

describe('settings of the app', () => {
  it('may have a global prefix and a default version: the prefix alone moves the routes', async () => {
    const parts = { controllers: true, health: true, metrics: true, element: true };
    const { ask, url } = await start({ ...options(), ...parts }, (http) => {
      http.setGlobalPrefix('sync');
      http.enableVersioning({ type: VersioningType.URI, defaultVersion: '1' });
    });
    expect((await ask('/sync/health/live')).status).toBe(200);
    expect((await ask('/sync/metrics')).status).toBe(200);
    const started = await fetch(`${url}/sync/API/v1/sync-status/sync/batch?by=case`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ start_date: '2025-10-01', end_date: '2025-10-01' }),
    });
    expect(started.status).toBe(202);
    expect((await ask(String(started.headers.get('location')))).status).toBe(200);
  });

  it.each([{}, { whitelist: true, forbidNonWhitelisted: true, transform: true }])(
    'may have a ValidationPipe for all routes: %j',
    async (settings) => {
      const transformerPackage = classTransformerOfApp();
      const { ask } = await start({ ...options(), controllers: true }, (http) =>
        http.useGlobalPipes(new ValidationPipe({ ...settings, transformerPackage })),
      );
      const records = (size: string): Promise<{ status: number; text: string }> =>
        ask(`/api/v1/sync-status/records?page=1&page_size=${size}`);
      expect(await records('2')).toMatchObject({
        status: 200,
        text: expect.stringContaining('"page_size":2') as unknown,
      });
      expect(await records('0')).toMatchObject({ status: 400 });
      expect(await records('2x')).toMatchObject({ status: 400 });
    },
  );

  it('are not needed for parts that are left out or undefined, which are not there', async () => {
    const none = undefined as unknown as false;
    const { ask } = await start({ ...options(), controllers: none, health: none, element: none });
    for (const route of ['/api/v1/sync-status/datasets', '/health/live', '/metrics']) {
      expect((await ask(route)).status).toBe(404);
    }
  });
});

describe('webhooks', () => {
  it('report a batch that ended, and the API lists them', async () => {
    const receiver = await WebhookReceiver.start();
    const { ask, sync } = await start({
      ...options(),
      controllers: true,
      env: { WEBHOOK_SECRET },
      webhooks: [
        { name: 'ops', url: receiver.url, secret: '${WEBHOOK_SECRET}', allow_private: true },
      ],
    });
    await syncDay(sync);
    const [delivery] = await receiver.come(1);
    expect(delivery).toMatchObject({ isSigned: true, body: { data: { status: 'completed' } } });
    const { text } = await ask('/api/v1/sync-status/webhooks');
    expect(JSON.parse(text)).toMatchObject({ data: { endpoints: [{ name: 'ops' }] } });
    expect((await ask('/health/live')).status).toBe(404);
  });

  it('are checked at the start', async () => {
    const webhooks = [{ name: 'ops', url: 'https://example.com', secret: 'short' }];
    await expect(start({ ...options(), webhooks })).rejects.toThrow(
      'webhooks[0].secret: expected whsec_',
    );
  });
});

describe('forRootAsync', () => {
  @Injectable()
  class OptionsClass implements SyncOptionsFactory {
    createSyncOptions(): SyncOptions {
      return options();
    }
  }
  @Module({ providers: [OptionsClass], exports: [OptionsClass] })
  class OptionsModule {}

  it.each([
    ['a class', { useClass: OptionsClass }],
    ['a provider of another module', { useExisting: OptionsClass, imports: [OptionsModule] }],
  ])('takes the options from %s', async (_, from) => {
    @Module({ imports: [SyncModule.forRootAsync(from)] })
    class OptionsClassModule {}
    app = await NestFactory.create(OptionsClassModule, { logger: false, abortOnError: false });
    await app.init();
    await syncDay(app.get(DaySync, { strict: false }));
  });
});
