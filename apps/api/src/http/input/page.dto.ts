import { applyDecorators } from '@nestjs/common';
import { ExpectedWrittenNumber, Optional } from '../../config/expectation.js';
import { ApiCount, ApiPositive, OPTIONAL } from '../openapi/api-properties.js';

const MOST_A_PAGE = 500;
const MOST_PAGES = 1_000_000;
export const FIRST_PAGE = 1;
export const PAGE_SIZE = 50;

/** A property that says which page of a list is asked for. */
export const AskedPage = (): PropertyDecorator =>
  askedNumber(MOST_PAGES, FIRST_PAGE, 'The page, from 1.');

/** A property that says how long the pages of a list are to be. */
export const AskedPageSize = (): PropertyDecorator =>
  askedNumber(MOST_A_PAGE, PAGE_SIZE, 'How many entries a page has.');

function askedNumber(most: number, byDefault: number, description: string): PropertyDecorator {
  return applyDecorators(
    ApiPositive(description, byDefault, { maximum: most, ...OPTIONAL, default: byDefault }),
    Optional(ExpectedWrittenNumber(1, most)),
  );
}

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
