import { ApiProperty } from '@nestjs/swagger';
import type { DayError } from './day-dispatcher.js';

/** Why a day failed. */
export class DayErrorDto implements DayError {
  @ApiProperty({ type: String, description: 'For programs.', example: 'VALUE_INVALID' })
  readonly code: string;

  @ApiProperty({
    type: String,
    description: 'What was expected and what came.',
    example: 'row 12, column speed_knots: expected an integer of 64 bits, got "fast" (text)',
  })
  readonly text: string;

  @ApiProperty({
    type: 'integer',
    minimum: 1,
    nullable: true,
    description: 'The row of the source, counted from 1.',
    example: 12,
  })
  readonly row: number | null;

  @ApiProperty({ type: String, nullable: true, description: 'The column.', example: 'speed_knots' })
  readonly column: string | null;
}
