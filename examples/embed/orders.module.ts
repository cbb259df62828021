import { Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import type { Kysely } from 'kysely';
import { openOrders, ORDERS_DATABASE, type OrdersSchema } from './orders.database.js';
import { OrdersSource } from './orders.source.js';

/** What the app had before: its database. New is the source. */
@Module({
  providers: [
    { provide: ORDERS_DATABASE, useFactory: () => openOrders(process.env['APP_DB'] ?? 'app.db') },
    OrdersSource,
  ],
  exports: [ORDERS_DATABASE, OrdersSource],
})
export class OrdersModule implements OnApplicationShutdown {
  constructor(@Inject(ORDERS_DATABASE) private readonly db: Kysely<OrdersSchema>) {}

  async onApplicationShutdown(): Promise<void> {
    await this.db.destroy();
  }
}
