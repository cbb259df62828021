import { ApiProperty } from '@nestjs/swagger';
import { ExpectedWholeNumber, Optional, WholeNumberText } from '../config/expectation.js';

const MOST_A_PAGE = 500;
const MOST_PAGES = 1_000_000;

/** Which page of a list. */
export class PageQueryDto {
  @ApiProperty({
    type: 'integer',
    minimum: 1,
    maximum: MOST_PAGES,
    required: false,
    default: 1,
    description: 'The page, from 1.',
    example: 1,
  })
  @Optional()
  @WholeNumberText()
  @ExpectedWholeNumber(1, MOST_PAGES)
  readonly page: number = 1;

  @ApiProperty({
    type: 'integer',
    minimum: 1,
    maximum: MOST_A_PAGE,
    required: false,
    default: 50,
    description: 'How many entries a page has.',
    example: 50,
  })
  @Optional()
  @WholeNumberText()
  @ExpectedWholeNumber(1, MOST_A_PAGE)
  readonly page_size: number = 50;
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
