import { ApiProperty, PickType } from '@nestjs/swagger';
import type { CalendarDay } from '@daysync/progress';
import { PageDto } from '../http/page.dto.js';
import { TargetColumnDto } from './datasets.dto.js';

/** A column of rows. */
export class RowColumnDto extends PickType(TargetColumnDto, ['name', 'type'] as const) {}

/** A value of which only the beginning is there. */
export class CutValueDto {
  @ApiProperty({
    type: 'integer',
    minimum: 0,
    description: 'Which one of `items` it is in, from 0.',
    example: 0,
  })
  readonly row: number;

  @ApiProperty({ type: String, description: 'Its column.', example: 'location' })
  readonly column: string;

  @ApiProperty({
    type: 'integer',
    minimum: 0,
    description: 'How many bytes the whole value has, in UTF-8.',
    example: 1_048_576,
  })
  readonly bytes: number;
}

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
      'but for those that `cut` names.',
    example: [{ location: 'Seattle' }],
  })
  readonly items: readonly Readonly<Record<string, unknown>>[];

  @ApiProperty({
    type: [CutValueDto],
    description:
      'Where the values of a page have more than 8 MiB, the longest are cut to an even share of that: each one named ' +
      'here is a text with the beginning of its value. A row that is alone on its page is always whole.',
    example: [],
  })
  readonly cut: readonly CutValueDto[];
}
