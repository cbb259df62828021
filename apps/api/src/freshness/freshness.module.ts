import { Module } from '@nestjs/common';
import { Freshness } from './freshness.js';
import { FreshnessWatch } from './freshness-watch.js';

/** Whether days are synced by their deadlines. */
@Module({
  providers: [Freshness, FreshnessWatch],
  exports: [Freshness, FreshnessWatch],
})
export class FreshnessModule {}
