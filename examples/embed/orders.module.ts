import { Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import type { Kysely } from 'kysely';
import { openOrders, ORDERS_DATABASE, type OrdersSchema } from './orders.database.js';
import { OrdersSource } from './orders.source.js';

/** The app's database, and the source that reads it. */
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
