/** The words of the records page, in Chinese. */
export const recordsZh = {
  'records.code': '错误码',
  'records.text': '错误内容包含',
  'records.marks': '数据情况',
  'records.any_marks': '全部日期',
  'records.only_unusual': '仅异常日期',
  'resync.selected': '已选择 {{count}} 天',
  'resync.none': '重新同步',
  'resync.button': '重新同步 {{count}} 天',
  'resync.clear': '取消选择',
  'resync.refused': '无法重新同步：{{reason}}',
  'resync.batch': '查看批次',
} as const;
