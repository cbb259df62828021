import { ApiOneOf, ApiText } from '../../http/api-properties.js';

export class SqlSourceDto {
  @ApiOneOf(['sql'], 'The kind of the source.', 'sql') readonly kind: 'sql';

  @ApiText('The database, as the datasets file writes it.', '${WAREHOUSE_URL}')
  readonly url: string;

  @ApiText('What is asked for each day.', 'select * from trades where day = :day')
  readonly query: string;
}
