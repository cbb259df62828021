import { isProgressOf, type Progress } from '@daysync/progress';

/** What the tabs of a browser say to each other of one batch. */
export type TabMessage =
  /** What is newest, from the tab that holds the stream. */
  | { readonly kind: 'newest'; readonly task_id: string; readonly progress: Progress }
  /** That tab has lost it. */
  | { readonly kind: 'lost'; readonly task_id: string }
  /** A tab that hears nothing wants the newest. */
  | { readonly kind: 'ask'; readonly task_id: string };

/** A message as it comes in; nothing where it is none, as from a console of another version. */
export function tabMessageIn(data: unknown): TabMessage | undefined {
  if (typeof data !== 'object' || data === null) return undefined;
  const { kind, task_id, progress } = data as Partial<Record<string, unknown>>;
  if (typeof task_id !== 'string') return undefined;
  if (kind === 'ask' || kind === 'lost') return { kind, task_id };
  if (kind !== 'newest' || !isProgressOf(task_id, progress)) return undefined;
  return { kind, task_id, progress };
}
