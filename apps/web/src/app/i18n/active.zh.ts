/** The words of the list of active batches, which load with it. */
export const activeZh = {
  'active.heading': '进行中的批次',
  'active.close': '关闭',
  'active.none': '当前没有进行中的批次。',
  'active.more': '更多批次请在批次页查看。',
  'active.all': '查看全部批次',
} as const;
