import { ApiOneOf, ApiText } from '../../http/api-properties.js';
import { ROW_FORMATS, type RowFormat } from './formats/read-format.js';

/** One CSV file that holds all days. */
export class CsvSourceDto {
  @ApiOneOf(['csv'], 'The kind of the source.', 'csv') readonly kind: 'csv';
  @ApiText('The file, as the datasets file writes it.', 'data/weather.csv') readonly path: string;
  @ApiText('The column that has the day of a row.', 'date') readonly day_column: string;
}

/** One file a day. */
export class DayFilesDto {
  @ApiOneOf(ROW_FORMATS, 'The kind of the source.', 'json') readonly kind: RowFormat;

  @ApiText(
    'The path with placeholders for the day, as the datasets file writes it.',
    'events-{day}.json',
  )
  readonly path: string;

  @ApiText('Where in a JSON file the list of rows is; empty where it is the whole file.', '/items')
  readonly rows: string;
}
