import type { DaySource } from '../day-source.js';
import { part } from '../kind/fingerprint-part.js';
import type { SourceDefinition, SourceContext } from '../kind/source-kind.js';
import { FIX_FILE, reachFile } from '../kind/source-probe.js';
import { DayFileSource } from './day-file-source.js';
import { DayGlobSource } from './day-glob-source.js';
import { fillDayTemplate } from './day-template.js';
import {
  fileParts,
  isIndexed,
  readCsvSource,
  readJsonSource,
  readNdjsonSource,
  readParquetSource,
  type FileSourceConfig,
} from './file-source-config.js';
import { IndexedFileSource } from './indexed-file-source.js';
import { IndexedGlobSource } from './indexed-glob-source.js';
import { hasWildcard } from './path-pattern.js';

/** What the kinds of files share. */
const FILES: Omit<SourceDefinition<FileSourceConfig>, 'read'> = {
  deciding: (config) => fileParts(config).map(([key, value]) => part(key, value)),
  open: openFiles,
  uses: ({ columns }, config) =>
    // The index of a text file has whole rows.
    isIndexed(config) && config.kind !== 'parquet' ? [] : [columns],
  describeDay: (config, day) =>
    isIndexed(config) ? config.writtenPath : fillDayTemplate(config.writtenPath, day),
  probe: {
    reach: (config) =>
      reachFile('path' in config ? config.path : config.folder, config.writtenPath),
    fix: FIX_FILE,
  },
};

export const CSV_KIND: SourceDefinition<FileSourceConfig> = { ...FILES, read: readCsvSource };
export const JSON_KIND: SourceDefinition<FileSourceConfig> = { ...FILES, read: readJsonSource };
export const NDJSON_KIND: SourceDefinition<FileSourceConfig> = { ...FILES, read: readNdjsonSource };
export const PARQUET_KIND: SourceDefinition<FileSourceConfig> = {
  ...FILES,
  read: readParquetSource,
};

function openFiles(config: FileSourceConfig, { columns, kept }: SourceContext): DaySource {
  if (isIndexed(config)) {
    return 'template' in config
      ? new IndexedGlobSource(config, columns, kept)
      : new IndexedFileSource(config, columns, kept);
  }
  return hasWildcard(config.template)
    ? new DayGlobSource(config, columns)
    : new DayFileSource(config, columns);
}
