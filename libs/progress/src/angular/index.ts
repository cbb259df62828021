export {
  injectProgress,
  provideProgress,
  type PollFailure,
  type ProgressSettings,
  type WatchedProgress,
} from './inject-progress.js';
