import { ExpectedWrittenNumber } from '../../config/expectation.js';
import { ApiCount, ApiPositive, AskedIfAny } from '../openapi/api-properties.js';

const MOST_A_PAGE = 500;
const MOST_PAGES = 1_000_000;
export const FIRST_PAGE = 1;
export const PAGE_SIZE = 50;

export const AskedPage = (): PropertyDecorator =>
  AskedIfAny(
    ExpectedWrittenNumber(1, MOST_PAGES),
    'The page, starting at 1.',
    FIRST_PAGE,
    FIRST_PAGE,
  );

export const AskedPageSize = (): PropertyDecorator =>
  AskedIfAny(ExpectedWrittenNumber(1, MOST_A_PAGE), 'Entries per page.', PAGE_SIZE, PAGE_SIZE);

export class PageQueryDto {
  @AskedPage() readonly page: number = FIRST_PAGE;
  @AskedPageSize() readonly page_size: number = PAGE_SIZE;
}

export class PageDto {
  @ApiPositive('The page, starting at 1.', 1) readonly page: number;
  @ApiPositive('Entries per page.', 50) readonly page_size: number;
  @ApiCount('Entries in the whole list.', 31) readonly total: number;
}
