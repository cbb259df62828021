import { Inject, Injectable } from '@nestjs/common';
import type { DayProvider, ProviderRow } from '@daysync/nest';
import type { Kysely } from 'kysely';
import { ORDERS_DATABASE, type OrdersSchema } from './orders.database.js';

/** The orders of a day, from the app's own table. */
@Injectable()
export class OrdersSource implements DayProvider {
  constructor(@Inject(ORDERS_DATABASE) private readonly db: Kysely<OrdersSchema>) {}

  async *fetchDay(day: string): AsyncIterable<ProviderRow> {
    const orders = this.db
      .selectFrom('orders')
      .select(['id', 'customer', 'cents'])
      .where('ordered_on', '=', day)
      .orderBy('id');
    for (const { id, customer, cents } of await orders.execute()) {
      yield { id, customer, total: (cents / 100).toFixed(2) };
    }
  }
}
