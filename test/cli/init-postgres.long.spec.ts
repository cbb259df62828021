// `daysync init postgres://…` as a program, on a real server, and the sync of all days that it prints.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Client } from 'pg';
import { beforeAll, expect, it } from 'vitest';
import { describeWithPostgres, scratchPostgres } from '../postgres.js';
import { scratchFolder } from '../scratch.js';
import { rowsByDay } from '../target-table.js';
import { runCommand, settingsIn, type CommandEnvironment } from './command.js';

describeWithPostgres('daysync init postgres://…', () => {
  const makeDatabase = scratchPostgres();
  let folder: string;
  let env: CommandEnvironment;
  let address: string;
  let password: string;
  beforeAll(async () => {
    folder = await scratchFolder();
    env = settingsIn(folder);
    address = await makeDatabase();
    ({ password } = new URL(address));
    const client = new Client({ connectionString: address });
    await client.connect();
    await client.query(`
      create table orders (id bigint, at timestamptz not null, total numeric(10, 2), note text, paid boolean);
      insert into orders
        select n, timestamptz '2025-10-01 20:00:00+00' + n * interval '6 hours', n * 1.5, null, n % 2 = 0
        from generate_series(1, 12) n;
      create schema shop;
      create table shop.visits (day date, visitors integer);
      insert into shop.visits values ('2025-11-01', 7), ('2025-11-03', 9);
    `);
    await client.end();
  });

  /** Runs the sync that `init` prints, with the variables of all datasets that it has added. */
  async function syncAll(stdout: string): Promise<void> {
    const variables = { ORDERS_PASSWORD: password, SHOP_VISITS_PASSWORD: password };
    const [, args = ''] = /^Sync all days:\n {2}npx daysync (.*)$/m.exec(stdout) ?? [];
    const synced = await runCommand(args.split(' '), { ...env, ...variables });
    expect(synced).toMatchObject({ code: 0, stderr: '' });
  }

  it('adds a dataset that syncs all days, without the password in file and output', async () => {
    const { code, stdout, stderr } = await runCommand(
      ['init', `${address}#orders`, '--time-zone', 'Europe/Berlin'],
      env,
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const text = await readFile(path.join(folder, 'datasets.yaml'), 'utf8');
    expect(stdout + text).not.toContain(password);
    expect(text).toMatch(/^ {6}url: postgres:\/\/postgres:\$\{ORDERS_PASSWORD\}@[^\n]+$/m);
    expect(text).toContain('query: select * from orders where at >= :day_start and at < :day_end');
    expect(stdout).toContain('\nSet ORDERS_PASSWORD to the password of the address.\n');
    await syncAll(stdout);
    // Of Berlin, two hours before UTC.
    expect(await rowsByDay(path.join(folder, 'data/daysync.db'), 'orders')).toEqual({
      ...{ '2025-10-02': 4, '2025-10-03': 4, '2025-10-04': 4 },
    });
  });

  it('reads a table of another schema, with the password as a parameter', async () => {
    const url = new URL(address);
    url.password = '';
    url.searchParams.set('password', password);
    const { code, stdout, stderr } = await runCommand(['init', `${url.href}#shop.visits`], env);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const text = await readFile(path.join(folder, 'datasets.yaml'), 'utf8');
    expect(stdout + text).not.toContain(password);
    expect(text).toContain('?password=${SHOP_VISITS_PASSWORD}');
    await syncAll(stdout);
    expect(await rowsByDay(path.join(folder, 'data/daysync.db'), 'shop_visits')).toEqual({
      ...{ '2025-11-01': 1, '2025-11-03': 1 },
    });
  });

  it('gives a password a variable of its own, unless the variable that is there has it', async () => {
    const added = async (name: string, variables = {}): Promise<string> => {
      const args = ['init', `${address}#orders`, '--name', name, '--table', name];
      const { code, stderr } = await runCommand(args, { ...env, ...variables });
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      return readFile(path.join(folder, 'datasets.yaml'), 'utf8');
    };
    expect(await added('orders2')).toContain('${ORDERS_PASSWORD_2}');
    expect(await added('orders3', { ORDERS_PASSWORD: password })).not.toContain('_PASSWORD_3}');
  });

  it('names the tables, without the password, if none is asked for', async () => {
    const { code, stdout, stderr } = await runCommand(['init', address], env);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('expected one of the tables orders, shop.visits, got no table');
    expect(stderr).not.toContain(password);
  });

  it.each([
    ['a wrong password', (url: string) => url.replace(/:[^:@]*@/, ':wr0ng-pass@')],
    ['a port without a server', (url: string) => url.replace(/@.*/, '@127.0.0.1:1/postgres')],
    ['a slash in the password', (url: string) => url.replace(/:[^:@]*@/, ':wr0ng/pass@')],
    ['no valid host', (url: string) => url.replace(/@.*/, '@[h/postgres')],
  ])('refuses an address with %s in one line, without the password', async (_, change) => {
    const { code, stdout, stderr } = await runCommand(['init', `${change(address)}#orders`], env);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^expected [^\n]+, got:? [^\n]+\n$/);
    expect(stderr).not.toMatch(/wr0ng|postgres-of-a-test/);
  });
});
