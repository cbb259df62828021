import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { Kysely, SqliteDialect } from 'kysely';

export interface OrdersSchema {
  orders: { id: number; ordered_on: string; customer: string; cents: number };
}

/** The token of the app's own database. */
export const ORDERS_DATABASE = Symbol('ORDERS_DATABASE');

/** Opens the app's file, and creates its table if it is missing, with two orders a day in October 2025. */
export function openOrders(file: string): Kysely<OrdersSchema> {
  const handle = new DatabaseSync(file);
  handle.exec(`
    create table if not exists orders (
      id integer primary key, ordered_on text not null, customer text not null, cents integer not null
    )`);
  if (handle.prepare('select 1 from orders').get() === undefined) {
    handle.exec(`
      insert into orders (ordered_on, customer, cents)
      with recursive days (day) as (
        select '2025-10-01' union all select date(day, '+1 day') from days where day < '2025-10-31'
      )
      select day, customer, cents
      from days, (select 'Ada' as customer, 1250 as cents union all select 'Grace', 99)`);
  }
  return new Kysely({
    dialect: new SqliteDialect({
      database: {
        close: () => {
          handle.close();
        },
        prepare: (sql) => {
          const statement = handle.prepare(sql);
          const values = (given: readonly unknown[]) => given as SQLInputValue[];
          return {
            reader: statement.columns().length > 0,
            all: (given) => statement.all(...values(given)),
            run: (given) => statement.run(...values(given)),
            iterate: (given) => statement.iterate(...values(given)),
          };
        },
      },
    }),
  });
}
