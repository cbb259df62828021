// Names for the generated types of the API.
import type { OperationOf, ParametersOf, Schemas } from '@daysync/client';
import type { CalendarDay, Progress } from '@daysync/progress';

export type { BatchQuery, Problem, RecordQuery, StartRequest } from '@daysync/client';
export type Plan = Schemas['PreviewDto'];
export type PlannedDay = Schemas['PlannedDayDto'];
export type UnreadableRow = Schemas['UnreadableRowDto'];
export type BatchDay = Schemas['BatchDayDto'];
export type LogEntry = Schemas['LogEntryDto'];
export type SyncRecord = Schemas['RecordDto'];
export type Dataset = Schemas['DatasetDto'];
export type Attention = Schemas['AttentionDto'];
export type Schedule = Schemas['ScheduleDto'];
export type Reloaded = Schemas['ReloadDto'];
export type QuarantinedRow = Schemas['QuarantinedRowDto'];
export type QuarantineRetry = Schemas['RetryQuarantineDto'];
export type QuarantineQuery = NonNullable<
  ParametersOf<OperationOf<'/api/v1/sync-status/quarantine', 'get'>>['query']
>;

/** Calendar days, which the schema can only describe as strings. */
type DayField = 'current_date' | 'start_date' | 'end_date';
type ProgressDto = Schemas['ProgressDto'];
type WireProgress = {
  readonly [Field in keyof ProgressDto]: Field extends DayField
    ? AsDay<ProgressDto[Field]>
    : ProgressDto[Field];
};
type AsDay<Text> = Text extends string ? CalendarDay : Text;

/** The compiler checks here that the progress of the API is that of the library. */
export function asProgress(progress: ProgressDto): Progress {
  return progress as WireProgress;
}
