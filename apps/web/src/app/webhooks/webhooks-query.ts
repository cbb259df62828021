import { readPage, type TextOf } from '../api/address-query';
import type { DeliveryState } from '../api/wire';

/** The states to filter by. */
export const DELIVERY_STATES: readonly DeliveryState[] = ['pending', 'delivered', 'failed'];

/** The filters of the deliveries, and the page. */
export interface DeliveriesQuery {
  readonly endpoint: string | undefined;
  readonly state: DeliveryState | undefined;
  readonly task_id: string | undefined;
  readonly page: number;
}

/** Reads the query of an address; invalid values are ignored. */
export function readDeliveriesQuery(text: TextOf<DeliveriesQuery>): DeliveriesQuery {
  return {
    endpoint: text.endpoint || undefined,
    state: DELIVERY_STATES.find((state) => state === text.state),
    task_id: text.task_id || undefined,
    page: readPage(text.page),
  };
}

/** The first page of all deliveries. */
export const ALL_DELIVERIES = readDeliveriesQuery({});
