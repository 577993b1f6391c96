import type { Messages } from '../../app/i18n/define-messages.ts'
import { addMessages } from './messages/add.ts'
import { connectionMessages } from './messages/connection.ts'
import { listMessages } from './messages/list.ts'
import { pageMessages } from './messages/page.ts'
import { testMessages } from './messages/test.ts'

const PARTS = [listMessages, pageMessages, connectionMessages, addMessages, testMessages]

export const messages: Messages = {
  en: Object.assign({}, ...PARTS.map((part) => part.en)) as Messages['en'],
  'zh-CN': Object.assign({}, ...PARTS.map((part) => part['zh-CN'])) as Messages['zh-CN'],
}
