// A late page of a million records, compared with the same query by hand and with a simple query.
import { expect, it } from 'vitest';
import type { DaysyncProcess } from '../daysync-process.js';
import { datasetName, startWithRecords } from '../scale/seeded-records.js';
import { atMost, figureBeside, keep, type Figure } from './figures.js';
import { measureInTurn, timed, type Measurement } from './in-turn.js';
import { startProgram } from './programs.js';

const ROUNDS = 5;
const DATASETS = 100;
const DAYS = 10_000;
const PAGE_SIZE = 50;
const WARM_UPS = 50;
/** The aim for a late page of all records; for one dataset the answer itself is most of the time. */
const AIM = atMost(1.2, 'ratio');

interface Query {
  readonly sort: string;
  readonly filter?: { readonly column: string; readonly value: string };
  readonly page: number;
  readonly aim?: typeof AIM;
}

/** Orders of the console, in the middle of the records: with an index and, for one dataset, without. */
const QUERIES: readonly Query[] = [
  { sort: 'last_tried_at', page: 10_000, aim: AIM },
  { sort: 'last_tried_at', filter: { column: 'status', value: 'success' }, page: 10_000, aim: AIM },
  { sort: 'duration_ms', filter: { column: 'dataset', value: datasetName(7) }, page: 100 },
];

const fromRecords = ({ filter }: Query): string =>
  `from sync_record${filter === undefined ? '' : ` where ${filter.column} = '${filter.value}'`}`;
const counted = (query: Query): string => `select count(*) ${fromRecords(query)}`;
/** A total order, so that each record is on exactly one page. */
const orderOf = ({ sort }: Query): string => `order by ${sort} desc, day desc, dataset desc`;
const paged = (columns: string, query: Query): string => `
  select ${columns} ${fromRecords(query)} ${orderOf(query)}
  limit ${PAGE_SIZE} offset ${(query.page - 1) * PAGE_SIZE}`;

/** The statements of a program without Daysync. */
const BY_HAND: Readonly<Record<string, (query: Query) => readonly string[]>> = {
  'the same query by hand': (query) => [
    counted(query),
    `select * from sync_record where rowid in (${paged('rowid', query)}) ${orderOf(query)}`,
  ],
  'select … limit … offset': (query) => [counted(query), paged('*', query)],
};

interface RecordKey {
  readonly day: string;
  readonly dataset: string;
}

const named = (rows: readonly RecordKey[]): readonly string[] =>
  rows.map(({ dataset, day }) => `${dataset} ${day}`);

function askedOf({ filter, page, sort }: Query): string {
  const asked = `sort=-${sort}&page=${page}`;
  return filter === undefined ? asked : `${asked}&${filter.column}=${filter.value}`;
}

/** From the call to the last byte of the answer, in milliseconds. */
function measureHttp(
  { url }: DaysyncProcess,
  query: Query,
  expected: readonly string[],
): Measurement {
  const address = `${url}/api/v1/sync-status/records?${askedOf(query)}`;
  return async () => {
    let answer: Response | undefined;
    let text = '';
    const ms = await timed(async () => {
      answer = await fetch(address);
      text = await answer.text();
    });
    const { data } = JSON.parse(text) as {
      readonly data?: { readonly items: readonly RecordKey[] };
    };
    expect([answer?.status, named(data?.items ?? [])]).toEqual([200, expected]);
    return ms;
  };
}

/** The duration in the peer's process, whose answer has to be `expected`. */
function measureByHand(
  address: string,
  statements: readonly string[],
  expected: readonly string[],
): Measurement {
  return async () => {
    const response = await fetch(address, { method: 'POST', body: JSON.stringify(statements) });
    const { ms, rows } = (await response.json()) as { ms: number; rows: readonly RecordKey[] };
    expect(named(rows)).toEqual(expected);
    return ms;
  };
}

it('a late page of a million records, compared with queries by hand', async () => {
  const daysync = await startWithRecords(DATASETS, DAYS);
  const { firstLine: address } = await startProgram('peers/records-peer.ts', daysync.databaseFile);
  for (let time = 0; time < WARM_UPS; time++) await daysync.records();
  const figures: Figure[] = [];
  for (const query of QUERIES) {
    const { aim, filter, page, sort } = query;
    const shown = await daysync.records(askedOf(query));
    expect(shown.items).toHaveLength(PAGE_SIZE);
    const expected = named(shown.items);
    const contestants: Record<string, Measurement> = {
      daysync: measureHttp(daysync, query, expected),
    };
    for (const [name, statementsOf] of Object.entries(BY_HAND)) {
      contestants[name] = measureByHand(address, statementsOf(query), expected);
    }
    const { daysync: own = [], ...others } = await measureInTurn(ROUNDS, contestants);
    const of = filter === undefined ? '' : `, ${filter.column} ${filter.value}`;
    const what = `page ${page.toLocaleString('en')} of ${shown.total.toLocaleString('en')} records by ${sort}${of}`;
    for (const peer of Object.entries(others)) {
      figures.push(figureBeside(what, 'ms', own, peer, aim === undefined ? {} : { aim }));
    }
  }
  await keep('records', figures);
});
