import { ApiProperty } from '@nestjs/swagger';
import type { CalendarDay } from '@daysync/progress';
import {
  ApiCount,
  ApiDay,
  ApiFlag,
  ApiModel,
  ApiText,
  NULLABLE,
} from '../../http/openapi/api-properties.js';
import { SourceFailureDto } from '../datasets.dto.js';

export class TestedColumnDto {
  @ApiText(
    'Its name in the source, or the pointer into a row; null for a constant.',
    'temp_max',
    NULLABLE,
  )
  readonly source: string | null;

  @ApiText('What its values look like.', 'real') readonly inferred: string;

  @ApiText(
    'The column of the target; null where the target takes no such column.',
    'temp_max',
    NULLABLE,
  )
  readonly name: string | null;

  @ApiText('The type of the column of the target.', 'real', NULLABLE) readonly type: string | null;
}

export class TestedRowDto {
  @ApiCount('The row of the source, as errors name it.', 2) readonly row: number;

  @ApiProperty({
    type: 'array',
    items: { type: 'string', nullable: true },
    description:
      'A value for each of `columns`, as the source has it and cut to 200 characters; null where the row has none.',
    example: ['12.8'],
  })
  readonly values: readonly (string | null)[];
}

export class MisfitDto {
  @ApiText('The column; null for whole rows that can not be read.', 'temp_max', NULLABLE)
  readonly column: string | null;
  @ApiText('For programs.', 'VALUE_INVALID') readonly code: string;
  @ApiText('What was expected and what came.', 'expected a finite number, got "n/a" (text)')
  readonly text: string;
  @ApiCount('How many values do not fit for this reason.', 1) readonly count: number;
  @ApiCount('The first row with such a value.', 12, NULLABLE) readonly row: number | null;
}

/** What came of a day that was fetched and not written. */
export class DayTestDto {
  @ApiText('The dataset.', 'weather') readonly dataset: string;
  @ApiDay('The day.', '2012-03-01') readonly day: CalendarDay;
  @ApiCount('The rows of the day.', 2) readonly rows: number;
  @ApiCount('Rows that `where` leaves out.', 0) readonly left_out: number;
  @ApiFlag('Whether all of it would fit.', true) readonly fits: boolean;

  @ApiModel([TestedColumnDto], 'The columns, at most 100.', [])
  readonly columns: readonly TestedColumnDto[];
  @ApiModel([TestedRowDto], 'The first rows, at most 10.', [])
  readonly first_rows: readonly TestedRowDto[];
  @ApiModel([MisfitDto], 'The first values that do not fit, by column and reason.', [])
  readonly misfits: readonly MisfitDto[];
  @ApiCount('How many values do not fit.', 0) readonly misfit_count: number;

  @ApiModel(SourceFailureDto, 'What ended the day before its last row.', null, NULLABLE)
  readonly failure: SourceFailureDto | null;
}
