import { CSV_KIND, JSON_KIND, NDJSON_KIND, PARQUET_KIND } from '../../sources/file/file-kinds.js';
import type { FileSourceConfig } from '../../sources/file/file-source-config.js';
import type { HttpSourceConfig } from '../../sources/http/http-config.js';
import { HTTP_KIND, type HttpPorts } from '../../sources/http/http-kind.js';
import type { SourceDefinition } from '../../sources/kind/source-kind.js';
import type { ProviderSourceConfig } from '../../sources/provider/provider-config.js';
import { PROVIDER_KIND, type ProviderPorts } from '../../sources/provider/provider-kind.js';
import type { SqlSourceConfig } from '../../sources/sql/sql-config.js';
import { SQL_KIND } from '../../sources/sql/sql-kind.js';

/** Where the rows of a dataset come from. */
export type SourceConfig =
  | FileSourceConfig
  | HttpSourceConfig
  | ProviderSourceConfig
  | SqlSourceConfig;

/** What the program gives its sources. */
export type SourcePorts = HttpPorts & ProviderPorts;

/** Every kind of source, by its name in the datasets file. */
export const SOURCE_KINDS: Readonly<
  Record<SourceConfig['kind'], SourceDefinition<SourceConfig, SourcePorts>>
> = {
  csv: CSV_KIND,
  http: HTTP_KIND,
  json: JSON_KIND,
  ndjson: NDJSON_KIND,
  parquet: PARQUET_KIND,
  provider: PROVIDER_KIND,
  sql: SQL_KIND,
};

/** Whether the datasets file may have a source of this kind. */
export function isSourceKind(kind: unknown): kind is SourceConfig['kind'] {
  return typeof kind === 'string' && Object.hasOwn(SOURCE_KINDS, kind);
}
