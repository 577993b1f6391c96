export const LOCALES = ['en', 'zh-CN'] as const
export type Locale = (typeof LOCALES)[number]

export interface MessageTree {
  [key: string]: string | MessageTree
}
export type Messages = Record<Locale, MessageTree>

type SameShape<T> = { [K in keyof T]: T[K] extends string ? string : SameShape<T[K]> }

/** Messages in all languages; a key that one language lacks or has too many is a type error. */
export function defineMessages<T extends MessageTree>(messages: { en: T; 'zh-CN': SameShape<T> }): Messages {
  return messages
}
