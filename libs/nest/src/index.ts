// `@daysync/nest`: Daysync as a module of a Nest app.
export { DaySync, type ExtendRequest, type RequestedBy, type StartRequest } from './day-sync.js';
export {
  SyncModule,
  type SyncAsyncOptions,
  type SyncModuleParts,
  type SyncOptionsFactory,
} from './sync.module.js';
export type { AppPool } from './app-pool.js';
export type { GuardedRoutes, PlacedRoutes } from './embedded-controllers.js';
export {
  SyncOptionsError,
  type ColumnOptions,
  type DatabaseOptions,
  type DatasetOptions,
  type FileKeysSource,
  type GivenSource,
  type RowTestOptions,
  type ExpectedOptions,
  type ScheduleOptions,
  type SyncLimits,
  type SyncOptionError,
  type SyncOptions,
  type WebhookOptions,
} from './sync-options.js';
export { Problem, type ProblemCode } from '../../../apps/api/src/http/problems/problem.js';
export type { ControlVerb, DayOrder, Language, Progress, SyncMode } from '@daysync/progress';
export type { LogLevel } from '../../../apps/api/src/config/environment.js';
export type { OnEmpty } from '../../../apps/api/src/datasets/file/dataset.js';
export type { ColumnType } from '../../../apps/api/src/targets/column-types.js';
export type { WebhookEvent } from '../../../apps/api/src/database/schema.js';
export {
  ProviderError,
  type DayProvider,
  type ProviderErrorKind,
  type ProviderErrorOptions,
  type ProviderRow,
} from '../../../apps/api/src/sources/source-api.js';
