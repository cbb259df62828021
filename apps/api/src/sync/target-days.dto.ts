import type { ElsewhereDays, IncompleteDays, TargetDays } from '../batches/target-days.js';
import { ApiCount, ApiModel, ApiText, NULLABLE } from '../http/openapi/api-properties.js';
import { DayRangeDto } from '../datasets/datasets.dto.js';

const RANGE = { start_date: '2012-03-01', end_date: '2012-03-28' };

/** Synced days whose rows are not in the target table. */
export class ElsewhereDaysDto implements ElsewhereDays {
  @ApiText('The target table, without these days.', 'weather_v2') readonly table: string;
  @ApiCount('Days.', 28) readonly days: number;

  @ApiModel(
    [String],
    'The tables that their rows are in. They stay as they are. Empty if the table was dropped.',
    ['weather'],
  )
  readonly tables: readonly string[];

  @ApiModel(DayRangeDto, 'From the first of these days to the last.', RANGE)
  readonly range: DayRangeDto;
}

/** Synced days whose rows were written without a column that the target now has. */
export class IncompleteDaysDto implements IncompleteDays {
  @ApiText('The target table.', 'weather_v2') readonly table: string;
  @ApiCount('Days.', 28) readonly days: number;
  @ApiModel([String], 'The columns that their rows lack: they are null there.', ['wind'])
  readonly columns: readonly string[];

  @ApiModel(DayRangeDto, 'From the first of these days to the last.', RANGE)
  readonly range: DayRangeDto;
}

export class TargetDaysDto implements TargetDays {
  @ApiModel(
    ElsewhereDaysDto,
    'Synced days that are not in the target table, because it is new or was created again: they are missing. Null without.',
    null,
    NULLABLE,
  )
  readonly elsewhere: ElsewhereDaysDto | null;

  @ApiModel(
    IncompleteDaysDto,
    'Synced days whose rows lack a column that was added since. The mode `incomplete` syncs them again. Null without.',
    null,
    NULLABLE,
  )
  readonly incomplete: IncompleteDaysDto | null;
}
