// What the descriptions of several calls share.
import { ACTIVE_STATUSES, TERMINAL_STATUSES } from '@daysync/progress';

export const STATUSES = [...ACTIVE_STATUSES, ...TERMINAL_STATUSES];
export const TASK_ID = '2025-10-01_2025-10-10_1760716800';
export const INSTANT = '2025-10-17T16:00:00.000Z';
export const NULLABLE_INSTANT = {
  type: String,
  format: 'date-time',
  nullable: true,
  example: INSTANT,
} as const;
export const COUNT = { type: 'integer', minimum: 0 } as const;
