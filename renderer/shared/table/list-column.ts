import type { VNodeChild } from 'vue'

export interface ListColumn<T> {
  key: string
  /** A heading of its own making is for columns that do not sort. */
  title: string | (() => VNodeChild)
  /** Field the server sorts by; left out where it cannot. */
  sort?: string
  width?: number
  minWidth?: number
  align?: 'left' | 'right'
  render: (item: T) => VNodeChild
}
