// The types of the API's answers, as clients see them.
import type { Progress } from '@daysync/progress';
import type { Schemas } from '../libs/client/src/api/wire.js';

export type { Progress };
export type BatchDay = Schemas['BatchDayDto'];
export type SyncRecord = Schemas['RecordDto'];
export type WireProblem = Schemas['ProblemDto'];

export interface DateRange {
  readonly start_date: string;
  readonly end_date: string;
}

export interface WirePage<Item> {
  readonly items: readonly Item[];
  readonly page: number;
  readonly page_size: number;
  readonly total: number;
}
