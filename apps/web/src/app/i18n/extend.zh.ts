/** The words of the form that adds days to a batch. */
export const extendZh = {
  'extend.heading': '向此批次追加日期',
  'extend.quick': '快速追加',
  'extend.after': '之后 {{count}} 天',
  'extend.before': '之前 {{count}} 天',
  'extend.until_today': '到今天',
  'extend.submit': '追加 {{count}} 天',
  'extend.submit_none': '追加日期',
  'extend.submitting': '正在追加…',
  'extend.keep': '暂不追加',
  'extend.has': '批次已包含 {{start}} 至 {{end}}，请选择更早的开始日期或更晚的结束日期。',
  'extend.shrinks': '范围只能扩大：{{start}} 至 {{end}} 已在批次中。',
  'extend.loading': '正在预览…',
  'extend.overlaps': '另一个批次已包含其中的日期。',
  'extend.open': '查看该批次',
  'error.RANGE_SHRINKS': '批次的日期范围在此期间已变大，请重新选择日期。',
  'error.BATCH_NOT_EXTENDABLE': '此批次只包含选定的日期，不能追加。请为其他日期启动新的批次。',
};
