import { Module } from '@nestjs/common';
import { BatchesModule } from '../batches/store/batches.module.js';
import { DatasetsModule } from '../datasets/datasets.module.js';
import { SchedulesModule } from '../schedules/schedules.module.js';
import { CalendarService } from './calendar.service.js';
import { CoverageService } from './coverage.service.js';
import { ExportAnswer } from './export-answer.js';
import { HistoryService } from './history.service.js';
import { KnownDatasets, RecordsService } from './records.service.js';
import { RecordsExport } from './records-export.js';

const SERVICES = [CalendarService, CoverageService, ExportAnswer, HistoryService, RecordsService];

/** The state of each day over all batches. */
@Module({
  imports: [BatchesModule, DatasetsModule, SchedulesModule],
  providers: [...SERVICES, KnownDatasets, RecordsExport],
  exports: SERVICES,
})
export class RecordsModule {}
