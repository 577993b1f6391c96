import { defineMessages } from '../define-messages.ts'

/** The scheduler's rules and scores in words; sentences take the parameters that the scheduler gives with each verdict. */
export const ruleMessages = defineMessages({
  'en': {
    name: {
      status: 'Reachable',
      scheduling: 'Takes instances',
      engine: 'Engine',
      constraint: 'Constraints',
      cpu: 'CPU',
      memory: 'Memory',
      disk: 'Disk',
      port: 'Ports',
    },
    passes: 'Passes',
    fails: 'Does not pass',
    is: {
      status: {
        ready: 'answers',
        connecting: 'is still being connected to',
        unreachable: 'does not answer',
        blocked: 'shows another SSH host key; a person has to decide',
      },
      scheduling: {
        open: 'takes new instances',
        cordoned: 'is cordoned',
        draining: 'is being drained',
        drained: 'is drained',
      },
    },
    engine: { docker: 'runs containers', process: 'runs processes', noImage: 'runs containers; the app gives no image', noArtifact: 'runs processes; the app gives neither artifact nor command for them' },
    constraint: {
      'none': 'none to meet',
      'missing': 'has no {field}',
      'is': '{field} is {actual}, must be {value}',
      'is-not': '{field} is {actual}, must not be {value}',
      'like': '{field} is {actual}, must match {value}',
      'unlike': '{field} is {actual}, must not match {value}',
      'unique': '{field} {actual} has {count} of at most 1',
      'max-per': '{field} {actual} has {count} of at most {limit}',
    },
    amount: 'needs {need}, {free} free',
    amountNone: 'needs none',
    port: { ok: 'free', taken: '{protocol} port {from} is taken', range: 'no {protocol} port of {from}–{to} is free' },
  },
  'zh-CN': {
    name: {
      status: '可连接',
      scheduling: '可调度',
      engine: '引擎',
      constraint: '约束',
      cpu: 'CPU',
      memory: '内存',
      disk: '磁盘',
      port: '端口',
    },
    passes: '通过',
    fails: '不通过',
    is: {
      status: { ready: '有响应', connecting: '仍在连接', unreachable: '没有响应', blocked: 'SSH 主机密钥不同，需要人工决定' },
      scheduling: { open: '接收新实例', cordoned: '已停止调度', draining: '正在排空', drained: '已排空' },
    },
    engine: { docker: '运行容器', process: '运行进程', noImage: '主机运行容器，而应用未提供镜像', noArtifact: '主机运行进程，而应用未提供制品或命令' },
    constraint: {
      'none': '没有约束',
      'missing': '没有 {field}',
      'is': '{field} 为 {actual}，须为 {value}',
      'is-not': '{field} 为 {actual}，不得为 {value}',
      'like': '{field} 为 {actual}，须匹配 {value}',
      'unlike': '{field} 为 {actual}，不得匹配 {value}',
      'unique': '{field} {actual} 已有 {count} 个，最多 1 个',
      'max-per': '{field} {actual} 已有 {count} 个，最多 {limit} 个',
    },
    amount: '需要 {need}，剩余 {free}',
    amountNone: '无需求',
    port: { ok: '空闲', taken: '{protocol} 端口 {from} 已被占用', range: '{protocol} 端口 {from}–{to} 均被占用' },
  },
})
