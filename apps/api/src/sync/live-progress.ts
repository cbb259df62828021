import type { ProgressChange } from '@daysync/progress';
import { ProgressRegistry } from '@daysync/progress/nest';
import { Injectable } from '@nestjs/common';
import type { BatchRow } from '../database/schema.js';
import { progressOfRow } from './batch-progress.js';

/** A batch's change, and the `rev` that it has by it. */
export interface Moved {
  readonly change: ProgressChange;
  readonly rev: number;
}

/** How what this process commits comes to be seen by those who ask it. */
export abstract class LiveProgress {
  /** A batch that this process has written, or found at its start. */
  abstract know(batch: BatchRow): void;
  /** A batch was changed by a commit of this process. */
  abstract moved(taskId: string, moved: Moved): void;
  /** Somebody has asked for a batch that has not ended, and it had to be read. */
  abstract missed(taskId: string): void;
  /** Resolves when a change of this process is seen. */
  abstract seen(taskId: string, rev: number): Promise<void>;
}

/** In the one process that there is: a change is seen from its commit on. */
@Injectable()
export class OwnProgress implements LiveProgress {
  constructor(private readonly registry: ProgressRegistry) {}

  know(batch: BatchRow): void {
    this.registry.register(progressOfRow(batch));
  }

  moved(taskId: string, { change }: Moved): void {
    this.registry.apply(taskId, change);
  }

  missed(): void {
    // What has not ended is known from the start on.
  }

  seen(): Promise<void> {
    return Promise.resolve();
  }
}
