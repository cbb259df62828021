import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { DatasetCatalog } from '../datasets/dataset-catalog.js';
import { datasetNotFound } from '../datasets/dataset-not-found.js';

/** The datasets that have something to show: those of the file, and those that left it and have records. */
@Injectable()
export class KnownDatasets {
  constructor(
    private readonly catalog: DatasetCatalog,
    private readonly database: Database,
  ) {}

  /** @throws {Problem} `DATASET_NOT_FOUND` */
  async require(dataset: string): Promise<void> {
    if (this.catalog.get(dataset) !== undefined) return;
    const record = await this.database.read
      .selectFrom('sync_record')
      .select('day')
      .where('dataset', '=', dataset)
      .limit(1)
      .executeTakeFirst();
    if (record === undefined) throw datasetNotFound(this.catalog, dataset);
  }
}
