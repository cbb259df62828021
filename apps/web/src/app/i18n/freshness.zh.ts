/** The words about deadlines, which load with the calendar and the pages of datasets. */
export const freshnessZh = {
  'freshness.late': '{{day}} 应于 {{due}} 前同步，至今未同步。自 {{since}} 起未按时同步。',
  'freshness.next': '下一截止时间：{{day}} 应于 {{due}} 前同步，还有 {{time}}。',
  'freshness.passed': '{{day}} 的截止时间 {{due}} 已到，正在等待最新状态。',
} as const;
