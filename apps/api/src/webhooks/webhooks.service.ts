import { Inject, Injectable } from '@nestjs/common';
import type { NoticeRow } from '../database/schema.js';
import type { NoticeEndpoint } from './webhook-endpoint.js';
import { Problem } from '../http/problems/problem.js';
import { NOTICE_ENDPOINTS, NoticeDelivery } from './webhook-delivery.js';
import { NoticeStore } from './webhook-store.js';
import { NoticeDto, NoticePageDto, NoticeQueryDto } from './webhooks.dto.js';

/** Shows what endpoints were told, and has them told again. */
@Injectable()
export class NoticesService {
  constructor(
    private readonly store: NoticeStore,
    private readonly delivery: NoticeDelivery,
    @Inject(NOTICE_ENDPOINTS) private readonly endpoints: readonly NoticeEndpoint[],
  ) {}

  async list(query: NoticeQueryDto): Promise<NoticePageDto> {
    const { endpoint, page, page_size, state, task_id: taskId } = query;
    const offset = (page - 1) * page_size;
    const { items, total } = await this.store.list({
      ...{ endpoint, state, taskId, limit: page_size, offset },
    });
    const gone = await this.store.gone();
    return {
      items: items.map(describeNotice),
      endpoints: this.endpoints.map(({ datasets, name, on, writtenUrl: url }) => ({
        ...{ name, url, on, datasets, gone: gone.includes(name) },
      })),
      page,
      page_size,
      total,
    };
  }

  /**
   * Has a notice sent again, or now instead of later.
   * @throws {Problem} `NOTICE_NOT_FOUND`
   */
  async redeliver(id: string): Promise<NoticeDto> {
    const notice = await this.store.redeliver(id);
    if (notice === undefined) {
      const told = JSON.stringify(id.slice(0, 100));
      throw new Problem('NOTICE_NOT_FOUND', `there is no notice ${told}`);
    }
    void this.delivery.look();
    return describeNotice(notice);
  }
}

function describeNotice(row: NoticeRow): NoticeDto {
  const { attempts, created_at, dataset, endpoint, error_code, error_text, event, id } = row;
  const { last_attempt_at, last_status, next_attempt_at, state, task_id } = row;
  return {
    ...{ id, endpoint, event, task_id, dataset, created_at, state, attempts },
    ...{ next_attempt_at, last_attempt_at, last_status },
    error: error_code === null ? null : { code: error_code, text: error_text ?? '' },
  };
}
