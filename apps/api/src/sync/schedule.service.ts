import { Injectable } from '@nestjs/common';
import { ScheduleControls } from '../schedules/schedule-controls.js';
import type { ScheduleDto } from '../schedules/schedule.dto.js';
import { ShownSchedules } from '../schedules/shown-schedules.js';
import type { Refused } from './refusal.js';
import { StartService } from './start.service.js';
import { keyOfRun, type RequestHead } from './start-key.js';
import { StartBatchDto } from './sync.dto.js';

type Shown =
  | { readonly kind: 'shown'; readonly schedule: ScheduleDto }
  | NotScheduled
  | Refused<'outdated_dataset'>;
type NotScheduled = Refused<'unknown_dataset' | 'no_schedule'>;

/** Pauses, resumes and runs the schedules of datasets. */
@Injectable()
export class ScheduleService {
  constructor(
    private readonly controls: ScheduleControls,
    private readonly shown: ShownSchedules,
    private readonly starts: StartService,
  ) {}

  async pause(name: string, by: string | null): Promise<Shown> {
    const controlled = await this.controls.pause(name, by);
    return controlled.kind === 'done' ? this.show(name) : controlled;
  }

  async resume(name: string): Promise<Shown> {
    const controlled = await this.controls.resume(name);
    return controlled.kind === 'done' ? this.show(name) : controlled;
  }

  /** Starts the batch of a run that were due now. Durable when this resolves. */
  async run(
    name: string,
    head: RequestHead,
  ): Promise<NotScheduled | Awaited<ReturnType<StartService['start']>>> {
    const run = await this.controls.runNow(name);
    if (run.kind !== 'range') return run;
    const { dataset, range } = run;
    const { mode } = dataset.schedule;
    return this.starts.start(
      Object.assign(new StartBatchDto(), { dataset: name, ...range, mode }),
      head,
      keyOfRun(head, name),
    );
  }

  private async show(name: string): Promise<Shown> {
    const schedule = (await this.shown.byDataset([name])).get(name);
    // A reload came between.
    return schedule === undefined
      ? { kind: 'no_schedule', dataset: name }
      : { kind: 'shown', schedule };
  }
}
