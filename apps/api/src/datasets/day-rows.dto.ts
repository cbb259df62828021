import { ApiProperty, PickType } from '@nestjs/swagger';
import type { CalendarDay } from '@daysync/progress';
import { ApiCount, ApiDay, ApiModel, ApiText } from '../http/openapi/api-properties.js';
import { PageDto } from '../http/input/page.dto.js';
import { TargetColumnDto } from './datasets.dto.js';

/** A column of rows. */
export class RowColumnDto extends PickType(TargetColumnDto, ['name', 'type'] as const) {}

/** A value of which only the beginning is there. */
export class CutValueDto {
  @ApiCount('Which one of `items` it is in, from 0.', 0) readonly row: number;
  @ApiText('Its column.', 'location') readonly column: string;
  @ApiCount('How many bytes the whole value has, in UTF-8.', 1_048_576) readonly bytes: number;
}

/** A page of the rows that a day has. */
export class DayRowsDto extends PageDto {
  @ApiText('The dataset.', 'weather') readonly dataset: string;
  @ApiDay('The day.', '2012-03-01') readonly day: CalendarDay;

  @ApiModel([RowColumnDto], 'The columns, in the order of the dataset.', [
    { name: 'location', type: 'text' },
  ])
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

  @ApiModel(
    [CutValueDto],
    'Where the values of a page have more than 8 MiB, the longest are cut to an even share of that: each one named ' +
      'here is a text with the beginning of its value. A row that is alone on its page is always whole.',
    [],
  )
  readonly cut: readonly CutValueDto[];
}
