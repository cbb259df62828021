export {
  applyChange,
  applyEvent,
  IllegalStepError,
  type ProgressChange,
  type ProgressEvent,
} from './apply-event.js';
export {
  addDays,
  calendarDay,
  calendarDayAt,
  commonRange,
  compareDays,
  countDays,
  earlierDay,
  laterDay,
  listDays,
  nextDay,
  parseCalendarDay,
  toEpochDay,
  type CalendarDay,
  type DayRange,
} from './calendar-day.js';
export { daysOfWord, parseDayWord, type DayWord } from './day-words.js';
export {
  DayDurations,
  estimateDuration,
  estimateEnd,
  estimatePace,
  type DurationEstimate,
  type DurationInput,
  type EstimateInput,
  type Pace,
  type TimedOutcome,
} from './estimate.js';
export {
  fetchProgress,
  type FetchProgressOptions,
  type ProgressResponse,
} from './fetch-progress.js';
export { findGaps, isSettled } from './gaps.js';
export {
  LANGUAGES,
  MESSAGE_CODES,
  progressMessage,
  type Language,
  type MessageCode,
} from './message.js';
export { isProgressOf, pollAnswerOf, type FailedAnswer } from './poll-answer.js';
export {
  pollProgress,
  type PollAnswer,
  type PollOptions,
  type PollUpdate,
} from './poll-progress.js';
export {
  ACTIVE_STATUSES,
  addSkips,
  CONTROL_VERBS,
  isTerminal,
  newProgress,
  OUTCOMES,
  percentOf,
  POLL_AFTER_MS,
  REPEATED_ERROR,
  restoreProgress,
  waitingIn,
  SKIP_REASONS,
  SYNC_MODES,
  TERMINAL_STATUSES,
  WAITING_KINDS,
  type ActiveStatus,
  type BatchStatus,
  type Control,
  type ControlVerb,
  type Eta,
  type Instant,
  type NewProgress,
  type Outcome,
  type Progress,
  type ProgressError,
  type SkipCount,
  type SkipReason,
  type StoredProgress,
  type SyncMode,
  type TerminalStatus,
  type WaitingFor,
  type WaitingKind,
} from './progress.js';
