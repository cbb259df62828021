import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { DatasetCatalog } from '../datasets/dataset-catalog.js';
import { unknownDataset, type UnknownDataset } from '../datasets/unknown-dataset.js';

/** The datasets that have something to show: those of the file, and those that left it and have records. */
@Injectable()
export class KnownDatasets {
  constructor(
    private readonly catalog: DatasetCatalog,
    private readonly database: Database,
  ) {}

  /** Null for a known one. */
  async refuseUnknown(dataset: string): Promise<UnknownDataset | null> {
    if (this.catalog.get(dataset) !== undefined) return null;
    const record = await this.database.read
      .selectFrom('sync_record')
      .select('day')
      .where('dataset', '=', dataset)
      .limit(1)
      .executeTakeFirst();
    return record === undefined ? unknownDataset(this.catalog, dataset) : null;
  }
}
