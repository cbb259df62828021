import type { SyncMode } from '@daysync/progress';

/** When batches of a dataset start by themselves, and which days they have. */
export interface Schedule {
  /** Five fields: minute, hour, day of the month, month, day of the week. */
  readonly cron: string;
  /** IANA name of the zone whose clock the cron expression is about; also says which day was yesterday. */
  readonly timeZone: string;
  /** How many days a firing asks for, yesterday being the last. */
  readonly lookbackDays: number;
  readonly mode: SyncMode;
}
