import type { PostgresTransaction, WriteTransaction } from './database.js';

/** Slots are jobs in PostgreSQL: what moves them is written there. */
export function inPostgres(transaction: WriteTransaction): PostgresTransaction {
  if (transaction.dialect === 'postgres') return transaction;
  throw new TypeError('expected a transaction of PostgreSQL');
}
