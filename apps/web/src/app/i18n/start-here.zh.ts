/** The words of a start in place, which load with it. */
export const startHereZh = {
  'here.label': '同步 {{name}}',
  'here.ranges': '{{name}} · {{ranges}} 段，共 {{count}} 天',
  'here.start_all': '启动 {{count}} 个批次',
  'here.discard': '暂不同步',
  'here.close': '关闭',
} as const;
