import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { readByRowIds } from '../records/record-query.js';
import { QuarantinePageDto, QuarantineQueryDto } from './quarantine.dto.js';
import { describeQuarantined, filterQuarantine, sortedQuarantine } from './quarantine-query.js';

/** Lists the rows in quarantine. */
@Injectable()
export class QuarantineService {
  constructor(private readonly database: Database) {}

  async list({ page, page_size, ...filter }: QuarantineQueryDto): Promise<QuarantinePageDto> {
    const { dialect, longRead: read } = this.database;
    const query = filterQuarantine(read, filter);
    const { total } = await query
      .select((select) => select.fn.countAll<number>().as('total'))
      .executeTakeFirstOrThrow();
    const offset = (page - 1) * page_size;
    const limit = Math.min(page_size, total - offset);
    if (limit <= 0) return { items: [], page, page_size, total };
    // From the nearer end of the list, since everything before a page has to be sorted as well.
    const after = total - offset - limit;
    const fromEnd = after < offset;
    const sorted = await sortedQuarantine(query, filter, fromEnd)
      .limit(limit)
      .offset(fromEnd ? after : offset)
      .execute();
    const ids = sorted.map(({ id }) => id);
    if (fromEnd) ids.reverse();
    const rows = await readByRowIds(dialect, read.selectFrom('quarantined_row').selectAll(), ids);
    return { items: rows.map(describeQuarantined), page, page_size, total };
  }
}
