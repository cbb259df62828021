import { ExpectedWrittenNumber } from '../../config/expectation.js';
import { ApiCount, ApiPositive, AskedIfAny } from '../openapi/api-properties.js';

const MOST_A_PAGE = 500;
const MOST_PAGES = 1_000_000;
export const FIRST_PAGE = 1;
export const PAGE_SIZE = 50;

/** A property that says which page of a list is asked for. */
export const AskedPage = (): PropertyDecorator =>
  AskedIfAny(ExpectedWrittenNumber(1, MOST_PAGES), 'The page, from 1.', FIRST_PAGE, FIRST_PAGE);

/** A property that says how long the pages of a list are to be. */
export const AskedPageSize = (): PropertyDecorator =>
  AskedIfAny(
    ExpectedWrittenNumber(1, MOST_A_PAGE),
    'How many entries a page has.',
    PAGE_SIZE,
    PAGE_SIZE,
  );

/** Which page of a list. */
export class PageQueryDto {
  @AskedPage() readonly page: number = FIRST_PAGE;
  @AskedPageSize() readonly page_size: number = PAGE_SIZE;
}

/** Where a page stands in its list. */
export class PageDto {
  @ApiPositive('The page, from 1.', 1) readonly page: number;
  @ApiPositive('How many entries a page has.', 50) readonly page_size: number;
  @ApiCount('How many entries the whole list has.', 31) readonly total: number;
}
