// `@daysync/nest`: Daysync as a module of a Nest app.
export { DaySync, type ExtendRequest, type RequestedBy, type StartRequest } from './day-sync.js';
export {
  SyncModule,
  type SyncAsyncOptions,
  type SyncModuleParts,
  type SyncOptionsFactory,
} from './sync.module.js';
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
export {
  ProviderError,
  type DayProvider,
  type ProviderRow,
} from '../../../apps/api/src/sources/source-api.js';
