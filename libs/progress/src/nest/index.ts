export { ProgressController, type ProgressEnvelope } from './progress.controller.js';
export { ProgressModule } from './progress.module.js';
export {
  PROGRESS_OPTIONS,
  ProgressRegistry,
  UnknownBatchError,
  type MonotonicClock,
  type ProgressOptions,
} from './progress-registry.js';
