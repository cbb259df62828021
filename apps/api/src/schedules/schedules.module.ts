import { Module } from '@nestjs/common';
import { BatchesModule } from '../batches/store/batches.module.js';
import { ScheduleRuns } from './schedule-runs.js';
import { Schedules } from './schedules.js';
import { ShownSchedules } from './shown-schedules.js';

/** Batches that start by themselves. */
@Module({
  imports: [BatchesModule],
  providers: [ScheduleRuns, Schedules, ShownSchedules],
  exports: [Schedules, ShownSchedules],
})
export class SchedulesModule {}
