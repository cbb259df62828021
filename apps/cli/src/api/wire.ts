// The wire as the command line reads it: generated from the API's document, and here given its words.
import type { CalendarDay, Progress } from '@daysync/progress';
import type { components, operations } from './generated/wire.js';

type Schemas = components['schemas'];

export type StartRequest = Schemas['StartBatchDto'];
export type Plan = Schemas['PreviewDto'];
export type PlannedDay = Schemas['PlannedDayDto'];
export type BatchDay = Schemas['BatchDayDto'];
export type SyncRecord = Schemas['RecordDto'];
export type Schedule = Schemas['ScheduleDto'];
export type Problem = Schemas['ProblemDto'];

type Query<Operation extends keyof operations> = NonNullable<
  operations[Operation]['parameters']['query']
>;
export type BatchQuery = Query<'listBatches'>;
export type RecordQuery = Query<'listRecords'>;

/** The fields that are calendar days, which a schema can only call texts. */
type DayField = 'current_date' | 'start_date' | 'end_date';
type ProgressDto = Schemas['ProgressDto'];
type WireProgress = {
  readonly [Field in keyof ProgressDto]: Field extends DayField
    ? AsDay<ProgressDto[Field]>
    : ProgressDto[Field];
};
type AsDay<Text> = Text extends string ? CalendarDay : Text;

/** A progress of the wire is the library's: the compiler compares them. */
export function asProgress(progress: ProgressDto): Progress {
  return progress as WireProgress;
}
