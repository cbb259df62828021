import type { queueZh } from './queue.zh';

/** The words about a batch that was started or that waits in the queue, which load with it. */
export const queueEn: Readonly<Record<keyof typeof queueZh, string>> = {
  'queue.place': 'Place {{place}} in the queue',
  'queue.behind': 'Place {{place}} in the queue, behind',
  'queue.state': '{{state}}:',
  'queue.progress': 'Show progress',
  'queue.show': 'Show the queue',
};
