export { injectProgress, type PollFailure, type WatchedProgress } from './inject-progress.js';
export { provideProgress, type ProgressSettings } from './progress-settings.js';
