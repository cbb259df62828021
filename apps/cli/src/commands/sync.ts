import type { CalendarDay, SyncMode } from '@daysync/progress';
import type { ApiClient } from '../api/api-client.js';
import { asProgress, type StartRequest } from '../api/wire.js';
import type { Context } from './context.js';
import { follow, tellStarted } from './follow.js';
import { tellPlan } from './plan.js';

/** What a start is asked to be. */
export interface SyncAsked {
  readonly dataset: string;
  readonly from: CalendarDay;
  readonly to: CalendarDay;
  readonly mode: SyncMode;
  readonly order: NonNullable<StartRequest['order']>;
  readonly planHash: string | undefined;
  readonly isPreview: boolean;
  readonly isWatched: boolean;
}

/** Starts a batch, or shows what it would do. */
export async function sync(context: Context, asked: SyncAsked): Promise<number> {
  const { client, ports } = context;
  if (asked.isPreview) return tellPlan(context, startRequest(asked));
  const started = await startBatch(client, startRequest(asked), ports.newKey());
  return asked.isWatched ? follow(context, started) : tellStarted(context, started);
}

/** The body of a start. */
export function startRequest({
  dataset,
  from,
  to,
  mode,
  order,
  planHash,
}: SyncAsked): StartRequest {
  return {
    dataset,
    start_date: from,
    end_date: to,
    mode,
    order,
    ...(planHash !== undefined && { plan_hash: planHash }),
  };
}

/** Starts a batch once, however often the request has to be sent. */
export async function startBatch(client: ApiClient, body: StartRequest, key: string) {
  return asProgress(await client.post('/api/v1/sync-status/sync/batch', { body }, key));
}
