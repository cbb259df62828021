import { Module } from '@nestjs/common';
import { DatasetsService } from './datasets.service.js';
import { DayRows } from './day-rows.js';

/** The configured datasets, and the rows of a day. */
@Module({ providers: [DatasetsService, DayRows], exports: [DatasetsService, DayRows] })
export class DatasetsModule {}
