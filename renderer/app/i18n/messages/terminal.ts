import { defineMessages } from '../define-messages.ts'

export const terminalMessages = defineMessages({
  en: {
    open: 'Open a terminal',
    instance: 'Instance',
    command: 'Command; empty opens a shell',
    tabs: 'Open terminals',
    close: 'Close terminal {number}',
    input: 'Terminal in {instance}',
    none: 'No terminal is open',
    noneNext:
      'A terminal runs a shell or a command inside an instance. Who opened one, where and when, is recorded; what is typed is not. All end when you leave this page.',
    noneRuns: 'No instance is running',
    keys: 'Ctrl-Shift-C copies · Ctrl-V pastes · F6 leaves the terminal',
    again: 'Open again',
    ended: 'The command ended with exit code {code}.',
    lostNext: 'The command inside ended with the connection.',
    state: { opening: 'Opening…', open: 'Connected', ended: 'Ended', lost: 'The connection to the terminal is lost.' },
    short: { ended: 'ended', lost: 'lost' },
  },
  'zh-CN': {
    open: '打开终端',
    instance: '实例',
    command: '命令；留空则打开 shell',
    tabs: '已打开的终端',
    close: '关闭终端 {number}',
    input: '{instance} 中的终端',
    none: '没有打开的终端',
    noneNext: '终端在实例内运行 shell 或命令。系统会记录谁在何时何处打开，但不记录输入内容。离开此页面时全部结束。',
    noneRuns: '没有运行中的实例',
    keys: 'Ctrl-Shift-C 复制 · Ctrl-V 粘贴 · F6 离开终端',
    again: '重新打开',
    ended: '命令已结束，退出码 {code}。',
    lostNext: '其中的命令已随连接结束。',
    state: { opening: '正在打开…', open: '已连接', ended: '已结束', lost: '与终端的连接已断开。' },
    short: { ended: '已结束', lost: '已断开' },
  },
})
