import { Module } from '@nestjs/common';
import { EventStreams } from './event-streams.js';
import { ExtendService } from './extend.service.js';
import { LogStreams } from './log-streams.js';
import { ProgressAnswers } from './progress-answers.js';
import { ScheduleService } from './schedule.service.js';
import { StartService } from './start.service.js';
import { SyncRuntime } from './sync-runtime.js';
import { SyncService } from './sync.service.js';

const SERVICES = [
  EventStreams,
  ExtendService,
  LogStreams,
  ProgressAnswers,
  ScheduleService,
  StartService,
  SyncRuntime,
  SyncService,
];

/** Batches as callers use them, and the lifecycle of the loop that runs them. */
@Module({
  providers: SERVICES,
  exports: SERVICES,
})
export class SyncServicesModule {}
