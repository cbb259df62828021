import type { CrashMarker } from '../../database/sqlite/data-dir.js';
import type { LostDays } from '../lost-days.js';
import { Process } from '../process.js';

/** The only process, on SQLite: it recovers what the process before it has left. */
export class OnlyProcess extends Process {
  readonly name = 'daysync';
  readonly isSingle = true;
  readonly isConnected = true;

  constructor(
    private readonly lost: LostDays,
    private readonly crashMarker: CrashMarker,
  ) {
    super();
  }

  async join(): Promise<void> {
    await this.lost.recoverAll(this.crashMarker.crashed);
    this.crashMarker.set();
  }

  leave(): void {
    this.crashMarker.clear();
  }
}
