/** The words of what a preview advises. */
export const adviceZh = {
  'advice.before': '{{total}} 天中有 {{days}} 天早于来源的第一天（{{bound}}）。',
  'advice.before_all': '这 {{days}} 天都早于来源的第一天（{{bound}}）。',
  'advice.before_rest': '从 {{bound}} 开始',
  'advice.after': '{{total}} 天中有 {{days}} 天晚于来源的最后一天（{{bound}}）。',
  'advice.after_all': '这 {{days}} 天都晚于来源的最后一天（{{bound}}）。',
  'advice.after_rest': '到 {{bound}} 为止',
  'advice.replaces': '将替换 {{count}} 个已同步日期的数据。',
  'advice.split':
    '共 {{days}} 天，超过每个批次 {{limit}} 天的上限。可拆分为 {{count}} 个批次，依次运行：',
  'advice.part': '{{range}}（{{days}} 天）',
  'advice.start_parts': '启动这 {{count}} 个批次',
};
