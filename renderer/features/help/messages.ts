import { defineMessages } from '../../app/i18n/define-messages.ts'

export const messages = defineMessages({
  en: {
    title: 'User guide',
    pages: 'Pages of the guide',
    missing: 'The guide has no such page',
    missingNext: 'Choose one of the pages beside this text.',
    page: {
      console: 'Finding your way',
      overview: 'Overview',
      apps: 'Apps',
      instances: 'Instances',
      logs: 'Logs',
      hosts: 'Hosts',
      topology: 'Topology',
      wall: 'Wall',
      events: 'Events',
      settings: 'Settings',
      desktop: 'Desktop',
    },
  },
  'zh-CN': {
    title: '用户指南',
    pages: '指南页面',
    missing: '指南中没有这一页',
    missingNext: '请从旁边选择一页。',
    page: {
      console: '快速上手',
      overview: '总览',
      apps: '应用',
      instances: '实例',
      logs: '日志',
      hosts: '主机',
      topology: '拓扑',
      wall: '大屏',
      events: '事件',
      settings: '设置',
      desktop: '桌面版',
    },
  },
})
