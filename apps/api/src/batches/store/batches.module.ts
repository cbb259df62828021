import { Module } from '@nestjs/common';
import { SyncMetrics } from '../batch-metrics.js';
import { BatchTracing } from '../batch-tracing.js';
import { BatchControl } from './batch-control.js';
import { BatchCreation } from './batch-creation.js';
import { BatchExtension } from './batch-extension.js';
import { BatchHistory } from './batch-history.js';
import { BatchLogs } from './batch-logs.js';
import { BatchStates } from './batch-states.js';
import { BatchStore } from './batch-store.js';
import { BatchUnreadableRows } from './batch-unreadable-rows.js';
import { DayHistory } from './day-history.js';
import { EndedBatches } from './ended-batches.js';

const SERVICES = [
  BatchControl,
  BatchCreation,
  BatchExtension,
  BatchHistory,
  BatchLogs,
  BatchStates,
  BatchStore,
  BatchTracing,
  BatchUnreadableRows,
  DayHistory,
  EndedBatches,
  SyncMetrics,
];

/** What batches are: how they are started, changed, listed and forgotten. */
@Module({ providers: SERVICES, exports: SERVICES })
export class BatchesModule {}
