import { Module } from '@nestjs/common';
import { ScheduleControls } from './schedule-controls.js';
import { ScheduleRuns } from './schedule-runs.js';
import { Schedules } from './schedules.js';
import { ShownSchedules } from './shown-schedules.js';

/** Batches that start by themselves. */
@Module({
  providers: [ScheduleControls, ScheduleRuns, Schedules, ShownSchedules],
  exports: [ScheduleControls, Schedules, ShownSchedules],
})
export class SchedulesModule {}
