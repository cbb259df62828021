import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { ExpectedWholeNumber, Optional, WholeNumberText } from '../config/expectation.js';

const MOST_A_PAGE = 500;
const MOST_PAGES = 1_000_000;
export const FIRST_PAGE = 1;
export const PAGE_SIZE = 50;

/** A property that says which page of a list is asked for. */
export function AskedPage(): PropertyDecorator {
  return applyDecorators(
    ApiProperty({
      type: 'integer',
      minimum: 1,
      maximum: MOST_PAGES,
      required: false,
      default: FIRST_PAGE,
      description: 'The page, from 1.',
      example: 1,
    }),
    Optional(),
    WholeNumberText(),
    ExpectedWholeNumber(1, MOST_PAGES),
  );
}

/** A property that says how long the pages of a list are to be. */
export function AskedPageSize(): PropertyDecorator {
  return applyDecorators(
    ApiProperty({
      type: 'integer',
      minimum: 1,
      maximum: MOST_A_PAGE,
      required: false,
      default: PAGE_SIZE,
      description: 'How many entries a page has.',
      example: 50,
    }),
    Optional(),
    WholeNumberText(),
    ExpectedWholeNumber(1, MOST_A_PAGE),
  );
}

/** Which page of a list. */
export class PageQueryDto {
  @AskedPage()
  readonly page: number = FIRST_PAGE;

  @AskedPageSize()
  readonly page_size: number = PAGE_SIZE;
}

/** Where a page stands in its list. */
export class PageDto {
  @ApiProperty({ type: 'integer', minimum: 1, description: 'The page, from 1.', example: 1 })
  readonly page: number;

  @ApiProperty({
    type: 'integer',
    minimum: 1,
    description: 'How many entries a page has.',
    example: 50,
  })
  readonly page_size: number;

  @ApiProperty({
    type: 'integer',
    minimum: 0,
    description: 'How many entries the whole list has.',
    example: 31,
  })
  readonly total: number;
}
