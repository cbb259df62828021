import { ApiPositive, ApiText, NULLABLE } from '../http/openapi/api-properties.js';
import type { DayError } from '../sources/day-source.js';

/** Why a day failed. */
export class DayErrorDto implements DayError {
  @ApiText('For programs.', 'VALUE_INVALID') readonly code: string;

  @ApiText(
    'What was expected and what came.',
    'row 12, column speed_knots: expected an integer of 64 bits, got "fast" (text)',
  )
  readonly text: string;

  @ApiPositive('The row of the source, counted from 1.', 12, NULLABLE) readonly row: number | null;
  @ApiText('The column.', 'speed_knots', NULLABLE) readonly column: string | null;
}
