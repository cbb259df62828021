import { once } from 'node:events';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  Controller,
  Get,
  Injectable,
  Module,
  type INestApplicationContext,
  type OnModuleDestroy,
} from '@nestjs/common';
import { ProgressModule, ProgressRegistry } from '@daysync/progress/nest';
import { NestFactory } from '@nestjs/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { lastValueFrom, toArray } from 'rxjs';
import { describeWithPostgres, startPostgres } from '../../../test/postgres.js';
import { scratchFolder } from '../../../test/scratch.js';
import {
  ProviderError,
  type DayProvider,
  type ProviderRow,
} from '../../../apps/api/src/sources/source-api.js';
import { Schedules } from '../../../apps/api/src/schedules/schedules.js';
import { DaySync } from './day-sync.js';
import { OnlyAda } from './only-ada.fixture.js';
import type { DatabaseOptions, ScheduleOptions, SyncOptions } from './sync-options.js';
import { SyncModule } from './sync.module.js';

const RANGE = { start_date: '2025-10-01', end_date: '2025-10-03' } as const;
const API = '/api/v1/sync-status';
const QUIET = { logger: false, abortOnError: false } as const;

/** A service of the app, and the source that uses it. */
@Injectable()
class Prices {
  isOpen = true;

  of(day: string): number {
    if (!this.isOpen) throw new Error('expected no call after the app was closed');
    return Number(day.slice(-2));
  }
}

@Injectable()
class PriceSource implements DayProvider {
  /** Days wait until this resolves. */
  gate: Promise<unknown> = Promise.resolve();
  closed = 0;

  constructor(private readonly prices: Prices) {}

  async *fetchDay(day: string, signal: AbortSignal): AsyncIterable<ProviderRow> {
    await Promise.race([this.gate, once(signal, 'abort')]);
    signal.throwIfAborted();
    if (day === '2025-10-02') throw new ProviderError('lasting', 'MARKET_CLOSED', 'no prices');
    yield { price: this.prices.of(day) };
  }

  close(): void {
    this.closed += 1;
  }
}

@Module({ providers: [Prices, PriceSource], exports: [PriceSource] })
class PricesModule implements OnModuleDestroy {
  constructor(private readonly prices: Prices) {}

  onModuleDestroy(): void {
    this.prices.isOpen = false;
  }
}

@Controller('own')
class OwnController {
  @Get()
  get(): object {
    return { own: true };
  }

  @Get('broken')
  break(): never {
    throw new Error('a bug of the app');
  }
}

interface JsonRequest extends RequestInit {
  readonly headers?: Record<string, string>;
}

let file: string;
let app: INestApplicationContext | undefined;
beforeEach(async () => {
  file = path.join(await scratchFolder(), 'app.db');
});
afterEach(async () => {
  await app?.close();
  app = undefined;
});

const DAILY: ScheduleOptions = { cron: '30 6 * * *', time_zone: 'UTC', lookback_days: 3 };

const optionsOf = (
  source: DayProvider,
  database: DatabaseOptions,
  schedule?: ScheduleOptions,
): SyncOptions => ({
  database,
  language: 'en',
  datasets: [
    {
      name: 'prices',
      source: { kind: 'provider', provider: source },
      target: { table: 'price_by_day', columns: { price: 'integer' } },
      ...(schedule && { schedule }),
    },
  ],
  caller: (request) => (request as { headers: Record<string, string> }).headers['x-user'] ?? null,
});

function moduleOf(
  database: DatabaseOptions,
  controllers = false,
  schedule?: ScheduleOptions,
): object {
  @Module({
    imports: [
      PricesModule,
      SyncModule.forRootAsync({
        controllers: controllers && { guards: [OnlyAda] },
        imports: [PricesModule],
        inject: [PriceSource],
        useFactory: (source: PriceSource) => optionsOf(source, database, schedule),
      }),
    ],
    controllers: [OwnController],
  })
  class HostModule {}
  return HostModule;
}

async function start(
  database: DatabaseOptions = { file },
  schedule?: ScheduleOptions,
): Promise<DaySync> {
  app = await NestFactory.createApplicationContext(moduleOf(database, false, schedule), QUIET);
  return app.get(DaySync, { strict: false });
}

/** Runs a statement on a connection of the app. */
function query(statement: string): Record<string, unknown>[] {
  const handle = new DatabaseSync(file);
  try {
    return handle.prepare(statement).all();
  } finally {
    handle.close();
  }
}

const rows = (): unknown[] => query('select sync_day, price from price_by_day order by sync_day');

/** Repeats `statement` until it returns a row. */
async function firstRowOf(statement: string): Promise<Record<string, unknown>> {
  for (;;) {
    const [row] = query(statement);
    if (row !== undefined) return row;
    await sleep(10);
  }
}

describe('DaySync', () => {
  it('starts a batch with an injected provider, and shows its progress to the end', async () => {
    const sync = await start();
    const preview = await sync.preview(RANGE);
    const { plan_hash } = preview;
    const started = await sync.start({ ...RANGE, plan_hash }, { by: 'cron' });
    expect(started).toMatchObject({ dataset: 'prices', started_by: 'cron', total: 3 });
    const seen = await lastValueFrom(sync.watch(started.task_id).pipe(toArray()));
    expect(seen.at(-1)).toMatchObject({ status: 'completed', success: 2, failed: 1 });
    expect(seen.at(-1)?.message).toBe('Sync completed: 2 succeeded, 1 failed, 0 skipped');
    expect(seen.map(({ rev }) => rev)).toEqual(
      seen.map(({ rev }) => rev).toSorted((a, b) => a - b),
    );
    expect(rows()).toEqual([
      { sync_day: '2025-10-01', price: 1 },
      { sync_day: '2025-10-03', price: 3 },
    ]);
    const { items, cursor } = await sync.days(started.task_id);
    expect(items[1]?.error).toMatchObject({ code: 'MARKET_CLOSED' });
    expect(await sync.days(started.task_id, cursor)).toEqual({ items: [], cursor });
    // A batch that has ended is emitted once.
    expect(await lastValueFrom(sync.watch(started.task_id).pipe(toArray()))).toHaveLength(1);
    const retry = await sync.retry(started.task_id, ['MARKET_CLOSED'], { by: 'cron' });
    expect(retry).toMatchObject({ retry_of: started.task_id, total: 1 });
    expect(await lastValueFrom(sync.watch(retry.task_id))).toMatchObject({ failed: 1 });
  });

  it('throws problems with the codes of the API', async () => {
    const sync = await start();
    const refusals = [
      sync.start({ start_date: '2025-10-03', end_date: '2025-10-01' }),
      sync.start({ ...RANGE, dataset: 'none' }),
      sync.start({ ...RANGE, end_date: 'tomorrow' }),
      sync.preview({ ...RANGE, plan_hash: 'another' }),
      sync.progress('none'),
      sync.control('none', 'pause'),
      sync.days('none'),
      sync.days('none', 'no cursor'),
      sync.retry('none'),
      lastValueFrom(sync.watch('none')),
    ].map((answer) =>
      answer.then(
        () => 'none',
        (error: unknown) => (error as { readonly code: unknown }).code,
      ),
    );
    expect(await Promise.all(refusals)).toEqual([
      'RANGE_REVERSED',
      'DATASET_NOT_FOUND',
      'VALIDATION_FAILED',
      'PLAN_CHANGED',
      'BATCH_NOT_FOUND',
      'BATCH_NOT_FOUND',
      'BATCH_NOT_FOUND',
      'VALIDATION_FAILED',
      'BATCH_NOT_FOUND',
      'BATCH_NOT_FOUND',
    ]);
  });

  it('continues a batch after a restart, without a failed day', async () => {
    const first = await start();
    const source = app?.get(PriceSource, { strict: false });
    if (source === undefined) throw new Error('expected the source');
    const { promise, resolve: open } = Promise.withResolvers<void>();
    source.gate = promise;
    const { task_id } = await first.start(RANGE);
    while ((await first.progress(task_id)).running === 0) await sleep(5);
    const paused = await first.control(task_id, 'pause', 'ada');
    expect(paused).toMatchObject({ status: 'paused', last_control: { by: 'ada' } });
    await first.control(task_id, 'resume');
    const closing = app?.close();
    await sleep(50);
    open();
    await closing;
    expect(source.closed).toBe(1);

    const second = await start();
    expect(await lastValueFrom(second.watch(task_id))).toMatchObject({
      status: 'completed',
      success: 2,
      failed: 1,
    });
  });
});

describe('a schedule', () => {
  it('starts a batch for a run that was missed', async () => {
    await start({ file }, DAILY);
    await firstRowOf('select 1 from dataset_schedule');
    await app?.close();
    const since = `strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-1 day')`;
    query(`update dataset_schedule set decided_until = ${since}, covered_until = ${since}`);
    const sync = await start({ file }, DAILY);
    const { batch_id: task_id } = await firstRowOf('select batch_id from batch');
    const ended = await lastValueFrom(sync.watch(String(task_id)));
    expect(ended).toMatchObject({ started_by: 'schedule', total: 3, status: 'completed' });
  });

  it('starts nothing while the app stops', async () => {
    const sync = await start({ file }, DAILY);
    await firstRowOf('select 1 from dataset_schedule');
    const [source, schedules] = [PriceSource, Schedules].map((part) =>
      app?.get<unknown>(part, { strict: false }),
    ) as [PriceSource, Schedules];
    const { promise, resolve: open } = Promise.withResolvers<void>();
    source.gate = promise;
    const { task_id } = await sync.start(RANGE);
    while ((await sync.progress(task_id)).running === 0) await sleep(5);
    const stopped = vi.spyOn(schedules, 'stop');
    const closing = app?.close();
    while (stopped.mock.calls.length === 0) await sleep(5);
    const later = Date.now() + 48 * 3_600_000;
    const clock = vi.spyOn(Date, 'now').mockReturnValue(later);
    await schedules.runDue();
    clock.mockRestore();
    open();
    await closing;
    expect(query('select last_outcome from dataset_schedule')).toEqual([{ last_outcome: null }]);
  });
});

describe('SyncModule', () => {
  it('reports wrong options at the start', async () => {
    @Module({ imports: [SyncModule.forRoot({ datasets: [], database: { file } })] })
    class MisconfiguredModule {}
    await expect(NestFactory.createApplicationContext(MisconfiguredModule, QUIET)).rejects.toThrow(
      "SyncModule can't start: one option is wrong.\n  datasets: expected a list of at least one dataset, got a list of 0",
    );
  });

  it('shares nothing with another one in the app, nor with the app’s own ProgressModule', async () => {
    const other = `${file}-other`;
    const source = new PriceSource(new Prices());
    const first = SyncModule.forRoot(optionsOf(source, { file }));
    const second = SyncModule.forRoot(optionsOf(source, { file: other }));
    @Module({ imports: [first] })
    class FirstModule {
      constructor(readonly sync: DaySync) {}
    }
    @Module({ imports: [second] })
    class SecondModule {
      constructor(readonly sync: DaySync) {}
    }
    @Module({ imports: [ProgressModule.forRoot(), FirstModule, SecondModule] })
    class TwoModule {}
    const both = await NestFactory.createApplicationContext(TwoModule, QUIET);
    app = both;
    const { sync: one } = both.get(FirstModule);
    const { sync: two } = both.get(SecondModule);
    const { task_id } = await one.start(RANGE);
    expect(await lastValueFrom(one.watch(task_id))).toMatchObject({ status: 'completed' });
    await expect(two.progress(task_id)).rejects.toMatchObject({ code: 'BATCH_NOT_FOUND' });
    expect(both.get(ProgressRegistry, { strict: false }).get(task_id)).toBeUndefined();
  });

  it('serves the API behind the app’s guards, and the app’s own answers stay as they are', async () => {
    const http = await NestFactory.create(moduleOf({ file }, true), QUIET);
    app = http;
    await http.listen(0, '127.0.0.1');
    const url = await http.getUrl();
    const ask = async (route: string, init: JsonRequest = {}): Promise<unknown> => {
      const headers = { 'x-user': 'ada', 'content-type': 'application/json', ...init.headers };
      const response = await fetch(url + route, { ...init, headers });
      return { status: response.status, body: await response.json() };
    };
    const post = { method: 'POST', body: JSON.stringify(RANGE) };

    expect(await ask(`${API}/sync/batch`, post)).toMatchObject({
      status: 202,
      body: { status: 'success', data: { started_by: 'ada', total: 3 } },
    });
    expect(await ask(`${API}/sync/batch`, { ...post, body: '{"start_date":1}' })).toMatchObject({
      status: 400,
      body: { code: 'VALIDATION_FAILED', errors: [{ pointer: '/start_date' }, {}] },
    });
    expect(await ask(`${API}/sync/batch/progress/none`)).toMatchObject({
      status: 404,
      body: {
        code: 'BATCH_NOT_FOUND',
        request_id: expect.stringMatching(/^[\w-]{36}$/) as unknown,
      },
    });
    expect(await ask(`${API}/datasets`)).toMatchObject({
      body: { data: { items: [{ name: 'prices', source: { module: 'PriceSource' } }] } },
    });
    // The app answers all that is not Daysync's.
    expect(await ask(`${API}/records`, { headers: { 'x-user': 'eve' } })).toEqual({
      status: 401,
      body: { message: 'Unauthorized', statusCode: 401 },
    });
    expect(await ask('/own')).toEqual({ status: 200, body: { own: true } });
    expect(await ask('/own/broken')).toMatchObject({ status: 500, body: { statusCode: 500 } });
    expect(await ask('/none')).toMatchObject({ status: 404, body: { error: 'Not Found' } });
  });
});

describeWithPostgres('SyncModule on PostgreSQL', () => {
  it('creates its tables beside those of the app', async () => {
    const server = await startPostgres();
    const url = await server.createDatabase();
    await server.execute('create table kysely_migration (name text)', url);
    const sync = await start({ url });
    const { task_id } = await sync.start(RANGE);
    const seen = await lastValueFrom(sync.watch(task_id).pipe(toArray()));
    expect(seen.at(-1)).toMatchObject({ status: 'completed', success: 2, failed: 1 });
    await app?.close();
    expect(await server.execute('select price from price_by_day order by 1', url)).toEqual([
      { price: '1' },
      { price: '3' },
    ]);
  });
});
