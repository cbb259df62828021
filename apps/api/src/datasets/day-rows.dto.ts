import { ApiProperty, PickType } from '@nestjs/swagger';
import type { CalendarDay } from '@daysync/progress';
import { PageDto } from '../http/page.dto.js';
import { TargetColumnDto } from './datasets.dto.js';

/** A column of rows. */
export class RowColumnDto extends PickType(TargetColumnDto, ['name', 'type'] as const) {}

/** A page of the rows that a day has. */
export class DayRowsDto extends PageDto {
  @ApiProperty({ type: String, description: 'The dataset.', example: 'weather' })
  readonly dataset: string;

  @ApiProperty({ type: String, format: 'date', description: 'The day.', example: '2012-03-01' })
  readonly day: CalendarDay;

  @ApiProperty({
    type: [RowColumnDto],
    description: 'The columns, in the order of the dataset.',
    example: [{ name: 'location', type: 'text' }],
  })
  readonly columns: readonly RowColumnDto[];

  @ApiProperty({
    type: 'array',
    items: { type: 'object', additionalProperties: true },
    description:
      'The rows in the order in which they were written, each with its columns by their names. Every value is whole, ' +
      'however long: a page of fewer rows bounds the answer.',
    example: [{ location: 'Seattle' }],
  })
  readonly items: readonly Readonly<Record<string, unknown>>[];
}
