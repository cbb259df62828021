import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BatchLogs } from '../batches/store/batch-logs.js';
import { START } from '../batches/store/days-cursor.js';
import { ScratchInstallation } from '../runner/installation.fixture.js';
import type { FetchedDay } from '../sources/day-source.js';
import { describeBatchDay } from '../sync/sync.dto.js';
import { D1 } from '../sync/sync.fixture.js';
import { HistoryService } from './history.service.js';
import { KnownDatasets, RecordsService } from './records.service.js';

const ERROR = { code: 'SOURCE_REQUEST_REJECTED', text: 'got 400', row: null, column: null };
const ANSWER = { status: 400, body: 'no such station' };
const FETCHED: FetchedDay = {
  kind: 'error',
  error: { ...ERROR, answer: ANSWER },
  errorKind: 'lasting',
  retryAfterMs: null,
};

describe('the answer of a source that an error is about', () => {
  let sync: ScratchInstallation;
  beforeEach(async () => {
    sync = await ScratchInstallation.open();
  });
  afterEach(() => sync.close());

  it('has its body in the history of a day, and only its status in lists', async () => {
    const { batch_id } = await sync.startRunning(D1, D1);
    await sync.runAll(() => FETCHED);
    const { catalog, clock, database } = sync;
    const listed = { ...ERROR, answer: { status: 400 } };
    const whole = { ...ERROR, answer: ANSWER };

    const days = (await sync.store.days(batch_id, START)) ?? [];
    expect(days.map((day) => Object.keys(day).filter((key) => /body|log/.test(key)))).toEqual([[]]);
    expect(days.map((day) => describeBatchDay(day).error)).toEqual([listed]);

    const records = new RecordsService(database, catalog);
    const { items } = await records.list({ page: 1, page_size: 10, sort: 'day' });
    expect(items.map(({ error }) => error)).toEqual([listed]);

    const known = new KnownDatasets(catalog, database);
    const history = new HistoryService(database, known, new BatchLogs(database), catalog, clock);
    expect(await history.show('readings', D1, { page: 1, page_size: 10 })).toMatchObject({
      kind: 'found',
      history: { record: { error: whole }, items: [{ error: whole }] },
    });
  });
});
