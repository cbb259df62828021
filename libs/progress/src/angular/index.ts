export { httpClientFetch } from './http-client-fetch.js';
export {
  injectProgress,
  provideProgress,
  type InjectProgressSettings,
  type PollFailure,
  type ProgressSettings,
  type WatchedProgress,
} from './inject-progress.js';
