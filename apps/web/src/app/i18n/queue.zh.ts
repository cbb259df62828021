/** The words about a batch that was started or that waits in the queue, which load with it. */
export const queueZh = {
  'queue.place': '排在队列第 {{place}} 位',
  'queue.behind': '排在队列第 {{place}} 位，前一个批次：',
  'queue.state': '{{state}}：',
  'queue.progress': '查看进度',
  'queue.show': '查看队列',
} as const;
