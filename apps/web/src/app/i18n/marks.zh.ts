/** The words of marked days, in Chinese. `marks.en.ts` has the same keys. */
export const marksZh = {
  'marks.rows':
    '行数异常：平时约 {{median}} 行（此前 {{days}} 个相同星期几的中位数），这一天 {{value}} 行。',
  'marks.duration':
    '耗时异常：平时约 {{median}}（此前 {{days}} 个相同星期几的中位数），这一天 {{value}}。',
  'marks.check': '检查警告：{{detail}}',
  'marks.hint': '确认后，这一天不再标记为异常，并作为之后日期的正常参照。重新同步时会再次检查。',
  'marks.accept': '确认数据正常',
  'marks.accepted': '已于 {{at}} 确认数据正常。',
  'marks.accepted_by': '{{name}} 已于 {{at}} 确认数据正常。',
  'marks.refused': '确认失败：{{reason}}',
} as const;
