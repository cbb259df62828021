import type { PollUpdate } from '@daysync/progress';
import progress from 'cli-progress';
import { barFields, troubleText, type BarFields } from './progress-text.js';
import type { ProgressView, ViewOptions } from './progress-view.js';

const FORMAT = '{bar} {count} | {tally} | {time} | {doing}';

/** A bar that is redrawn in place. */
export function showBar({ stdout, language, now, url }: ViewOptions): ProgressView {
  const bar = new progress.SingleBar(
    // The caller handles Ctrl-C and prints how to continue.
    { stream: stdout, format: FORMAT, hideCursor: true, barsize: 24, gracefulExit: false },
    progress.Presets.shades_classic,
  );
  let fields: BarFields | undefined;
  const show = (update: PollUpdate): void => {
    const trouble = troubleText(update, language, url);
    if (update.kind === 'progress') {
      const { current, total } = update.progress;
      const isFirst = fields === undefined;
      fields = barFields(update.progress, now(), language);
      // A batch without days is complete.
      if (isFirst) bar.start(Math.max(1, total), total === 0 ? 1 : current, fields);
      else {
        // The batch may have got more days.
        bar.setTotal(Math.max(1, total));
        bar.update(current, fields);
      }
    } else if (trouble !== undefined && fields !== undefined) {
      bar.update({ ...fields, doing: trouble });
    }
  };
  return { show, end: () => bar.stop() };
}
