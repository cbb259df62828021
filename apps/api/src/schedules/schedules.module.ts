import { Module } from '@nestjs/common';
import { ScheduleRuns } from './schedule-runs.js';
import { Schedules } from './schedules.js';
import { ShownSchedules } from './shown-schedules.js';

/** Batches that start by themselves. */
@Module({
  providers: [ScheduleRuns, Schedules, ShownSchedules],
  exports: [Schedules, ShownSchedules],
})
export class SchedulesModule {}
