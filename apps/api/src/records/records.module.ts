import { Module } from '@nestjs/common';
import { AcceptedDays } from './accepted-days.js';
import { CalendarService } from './calendar.service.js';
import { CoverageService } from './coverage.service.js';
import { ExportAnswer } from './export-answer.js';
import { FindingExport } from './finding-export.js';
import { HistoryService } from './history.service.js';
import { LogExport } from './log-export.js';
import { KnownDatasets, RecordsService } from './records.service.js';
import { RecordsExport } from './records-export.js';
import { SettledDaysService } from './settled-days.service.js';

const SERVICES = [
  AcceptedDays,
  CalendarService,
  CoverageService,
  ExportAnswer,
  FindingExport,
  HistoryService,
  LogExport,
  RecordsExport,
  RecordsService,
  SettledDaysService,
];

/** The state of each day over all batches. */
@Module({
  providers: [...SERVICES, KnownDatasets],
  exports: SERVICES,
})
export class RecordsModule {}
