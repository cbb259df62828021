import { Module } from '@nestjs/common';
import { DayTest } from './check/day-test.js';
import { DatasetsService } from './datasets.service.js';
import { DayRows } from './day-rows.js';
import { UnreadableRowsStore } from './unreadable-rows-store.js';

const SERVICES = [DatasetsService, DayRows, DayTest, UnreadableRowsStore];

/** The configured datasets, and the rows of a day. */
@Module({ providers: SERVICES, exports: SERVICES })
export class DatasetsModule {}
