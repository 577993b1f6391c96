import type { VNodeChild } from 'vue'

export interface ListColumn<T> {
  key: string
  title: string
  /** Field the server sorts by; left out where it cannot. */
  sort?: string
  width?: number
  minWidth?: number
  align?: 'left' | 'right'
  render: (item: T) => VNodeChild
}
