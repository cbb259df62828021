import { Controller, type INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { afterEach, expect, it } from 'vitest';
import { fetchProgress } from '../fetch-progress.js';
import { batchOf } from '../progress.fixture.js';
import { ProgressController } from './progress.controller.js';
import { ProgressModule } from './progress.module.js';
import { ProgressRegistry } from './progress-registry.js';

const PROGRESS = batchOf();
const { signal } = new AbortController();

let app: INestApplication;
afterEach(() => app.close());

async function serve(controller: typeof ProgressController): Promise<string> {
  const imports = [ProgressModule.forRoot()];
  const module = await Test.createTestingModule({ imports, controllers: [controller] }).compile();
  app = module.createNestApplication();
  await app.listen(0, '127.0.0.1');
  app.get(ProgressRegistry).register(PROGRESS);
  return app.getUrl();
}

it('answers what fetchProgress asks', async () => {
  const baseUrl = `${await serve(ProgressController)}/api/v1/sync-status`;
  expect(await fetchProgress('t1', { baseUrl })(signal)).toEqual({
    kind: 'progress',
    progress: PROGRESS,
  });
  expect(await fetchProgress('t2', { baseUrl })(signal)).toEqual({
    kind: 'refused',
    code: 'BATCH_NOT_FOUND',
  });
});

it('answers on the path of a class that extends it', async () => {
  @Controller('mine')
  class MyController extends ProgressController {}
  const baseUrl = `${await serve(MyController)}/mine`;
  expect(await fetchProgress('t1', { baseUrl })(signal)).toMatchObject({ kind: 'progress' });
});
