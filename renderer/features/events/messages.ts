import { defineMessages } from '../../app/i18n/define-messages.ts'

export const messages = defineMessages({
  en: {
    title: 'Events',
    lead: 'Everything people and the console itself changed, newest first. The log is append-only and each line is sealed with the one before.',
    kind: 'Kind',
    app: 'App',
    host: 'Host',
    instance: 'Instance',
    exact: 'whole name',
    clear: 'Clear filters',
    end: 'This is where the log begins.',
  },
  'zh-CN': {
    title: '事件',
    lead: '人员与控制台所做的全部变更，最新的在前。日志只追加，每一行都与前一行链式校验。',
    kind: '类型',
    app: '应用',
    host: '主机',
    instance: '实例',
    exact: '完整名称',
    clear: '清除筛选',
    end: '日志由此开始。',
  },
})
