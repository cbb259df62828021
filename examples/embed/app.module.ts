import { Module } from '@nestjs/common';
import { SyncModule, type SyncOptions } from '@daysync/nest';
import type { Kysely } from 'kysely';
import { ORDERS_DATABASE, type OrdersSchema } from './orders.database.js';
import { OrdersModule } from './orders.module.js';
import { OrdersSource } from './orders.source.js';

const syncOptions = (source: OrdersSource, kysely: Kysely<OrdersSchema>): SyncOptions => ({
  database: { kysely },
  datasets: [
    {
      name: 'orders',
      source: { kind: 'provider', provider: source },
      target: {
        table: 'orders_by_day',
        columns: { id: 'integer', customer: 'text', total: 'decimal' },
      },
    },
  ],
});

@Module({
  imports: [
    OrdersModule,
    SyncModule.forRootAsync({
      controllers: true,
      imports: [OrdersModule],
      inject: [OrdersSource, ORDERS_DATABASE],
      useFactory: syncOptions,
    }),
  ],
})
export class AppModule {}
