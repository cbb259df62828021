export interface CallQueueLimits {
  /** How many calls run at a time. */
  readonly running: number;
  /** How many calls of one caller run at a time. */
  readonly runningOfCaller: number;
  /** How many calls wait. */
  readonly waiting: number;
  /** How many calls of one caller wait. */
  readonly waitingOfCaller: number;
  /** How long a call waits. */
  readonly waitMs: number;
}

export type CallAdmission =
  /** The call may run, and is over with `release`. */
  | { readonly kind: 'admitted'; readonly release: () => void }
  /** The queue of the caller is full, or that of all; null: the call has waited too long. */
  | { readonly kind: 'busy'; readonly full: 'caller' | 'all' | null; readonly limit: number }
  /** The caller is gone. */
  | { readonly kind: 'left' };

interface WaitingCall {
  readonly admit: () => void;
  readonly caller: string;
}

/**
 * Lets a few calls run at a time, of each caller and in all. Others wait: those of one caller in their order, and the callers
 * in turn, so that one with many calls does not delay the others.
 */
export class CallQueue {
  private running = 0;
  private waiting = 0;
  private readonly runningOf = new Map<string, number>();
  /** The waiting calls by caller. The caller that was admitted longest ago comes first. */
  private readonly queues = new Map<string, WaitingCall[]>();

  constructor(private readonly limits: CallQueueLimits) {}

  /**
   * Waits until a call may run.
   * @param left aborted when the caller is gone
   */
  async enter(caller: string, left: AbortSignal): Promise<CallAdmission> {
    if (left.aborted) return { kind: 'left' };
    if (this.mayRun(caller)) return this.admit(caller);
    const { waiting, waitingOfCaller } = this.limits;
    const own = this.queues.get(caller)?.length ?? 0;
    if (own >= waitingOfCaller) return { kind: 'busy', full: 'caller', limit: waitingOfCaller };
    if (this.waiting >= waiting) return { kind: 'busy', full: 'all', limit: waiting };
    return this.wait(caller, left);
  }

  private wait(caller: string, left: AbortSignal): Promise<CallAdmission> {
    return new Promise((resolve) => {
      const end = (admission: CallAdmission): void => {
        clearTimeout(patience);
        left.removeEventListener('abort', leave);
        resolve(admission);
      };
      const waiting = { caller, admit: () => end(this.admit(caller)) };
      const leave = (): void => {
        this.remove(waiting);
        end({ kind: 'left' });
      };
      const patience = setTimeout(() => {
        this.remove(waiting);
        end({ kind: 'busy', full: null, limit: this.limits.running });
      }, this.limits.waitMs);
      left.addEventListener('abort', leave);
      const queue = this.queues.get(caller);
      if (queue === undefined) this.queues.set(caller, [waiting]);
      else queue.push(waiting);
      this.waiting += 1;
    });
  }

  private mayRun(caller: string): boolean {
    const { running, runningOfCaller } = this.limits;
    return this.running < running && (this.runningOf.get(caller) ?? 0) < runningOfCaller;
  }

  private admit(caller: string): CallAdmission {
    this.running += 1;
    this.runningOf.set(caller, (this.runningOf.get(caller) ?? 0) + 1);
    let isRunning = true;
    const release = (): void => {
      if (!isRunning) return;
      isRunning = false;
      this.running -= 1;
      const others = (this.runningOf.get(caller) ?? 0) - 1;
      if (others > 0) this.runningOf.set(caller, others);
      else this.runningOf.delete(caller);
      this.admitNext();
    };
    return { kind: 'admitted', release };
  }

  private admitNext(): void {
    for (const [caller, queue] of this.queues) {
      const [next] = queue;
      if (next === undefined || !this.mayRun(caller)) continue;
      this.remove(next);
      // The other callers come before it.
      if (queue.length > 0) {
        this.queues.delete(caller);
        this.queues.set(caller, queue);
      }
      next.admit();
      return;
    }
  }

  private remove(waiting: WaitingCall): void {
    const queue = this.queues.get(waiting.caller);
    const index = queue?.indexOf(waiting) ?? -1;
    if (queue === undefined || index === -1) return;
    queue.splice(index, 1);
    if (queue.length === 0) this.queues.delete(waiting.caller);
    this.waiting -= 1;
  }
}
