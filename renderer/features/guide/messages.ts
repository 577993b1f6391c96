import { defineMessages } from '../../app/i18n/define-messages.ts'

export const messages = defineMessages({
  en: {
    title: 'First steps',
    lead: 'Six steps to a running application that heals itself. Each one notices by itself when it is done.',
    count: '{done}/{total}',
    done: '(done)',
    dismiss: 'Close the first steps',
    beside: 'Show beside every page',
    complete: 'That is the main job: from hosts to a running app that looks after itself.',
    run: 'Run the sample shop',
    step: {
      'sign-in': { title: 'Sign in', text: 'Your name is in the log for everything you change.' },
      hosts: { title: 'Have a host', text: 'This workstation is one already. Add others when you like.' },
      run: { title: 'Run the shop', text: 'A small real web shop, with one click on the overview.' },
      scale: { title: 'Scale it', text: 'Choose another number of instances and see what starts where.' },
      heal: { title: 'Stop an instance', text: 'Another one takes its place by itself.' },
      why: { title: 'Look at why', text: 'Placement says why each instance is on its host.' },
    },
  },
  'zh-CN': {
    title: '入门步骤',
    lead: '六步得到一个能自愈的运行中应用。每一步完成后会自动识别。',
    count: '{done}/{total}',
    done: '（已完成）',
    dismiss: '关闭入门步骤',
    beside: '在每个页面旁显示',
    complete: '这就是主要工作：从主机到能自我照管的运行中应用。',
    run: '运行示例商店',
    step: {
      'sign-in': { title: '登录', text: '您所做的每项变更都会以您的名字记入日志。' },
      hosts: { title: '拥有一台主机', text: '本工作站已经是一台主机。可随时添加更多。' },
      run: { title: '运行商店', text: '一个真实的小型网店，在总览页一键运行。' },
      scale: { title: '扩缩容', text: '选择另一个实例数量，看看在哪里启动。' },
      heal: { title: '停止一个实例', text: '会有另一个实例自动接替。' },
      why: { title: '了解原因', text: '“调度”页说明每个实例为何在其主机上。' },
    },
  },
})
