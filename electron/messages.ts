const en = {
  file: 'File',
  newWindow: 'New window',
  edit: 'Edit',
  view: 'View',
  window: 'Window',
  openDataFolder: 'Open data folder',
  reload: 'Reload',
  zoomIn: 'Zoom in',
  zoomOut: 'Zoom out',
  actualSize: 'Actual size',
  fullScreen: 'Full screen',
  developerTools: 'Developer tools',
  undo: 'Undo',
  redo: 'Redo',
  cut: 'Cut',
  copy: 'Copy',
  paste: 'Paste',
  selectAll: 'Select all',
  minimize: 'Minimize',
  close: 'Close window',
  quit: 'Quit',
  cannotStart: 'Spacefort cannot start',
}
export type ShellMessages = Readonly<Record<keyof typeof en, string>>

const zh: ShellMessages = {
  file: '文件',
  newWindow: '新建窗口',
  edit: '编辑',
  view: '视图',
  window: '窗口',
  openDataFolder: '打开数据目录',
  reload: '重新加载',
  zoomIn: '放大',
  zoomOut: '缩小',
  actualSize: '实际大小',
  fullScreen: '全屏',
  developerTools: '开发者工具',
  undo: '撤销',
  redo: '重做',
  cut: '剪切',
  copy: '复制',
  paste: '粘贴',
  selectAll: '全选',
  minimize: '最小化',
  close: '关闭窗口',
  quit: '退出',
  cannotStart: 'Spacefort 无法启动',
}

/** The shell's own words, in Chinese for any Chinese language tag and in English for all others. */
export function shellMessages(language: string): ShellMessages {
  return language.toLowerCase().startsWith('zh') ? zh : en
}
