/** The words of the list of keyboard shortcuts, in Chinese. */
export const shortcutsZh = {
  'shortcuts.title': '键盘快捷键',
  'shortcuts.everywhere': '所有页面',
  'shortcuts.list': '显示快捷键',
  'shortcuts.tab': '前往下一个按钮、链接或输入框',
  'shortcuts.close_panel': '关闭面板',
  'shortcuts.calendar': '日历',
  'shortcuts.move': '前往相邻的日期',
  'shortcuts.line': '前往该行的开头或末尾',
  'shortcuts.all': '前往最早或最晚的日期',
  'shortcuts.month': '前后移动一个月',
  'shortcuts.year': '前后移动一年',
  'shortcuts.select': '选择日期范围',
  'shortcuts.another': '再选一段日期',
  'shortcuts.day': '打开这一天',
  'shortcuts.escape': '取消选择或关闭面板',
  'shortcuts.on': '按 ? 键显示快捷键',
} as const;
