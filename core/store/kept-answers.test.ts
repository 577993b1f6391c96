import { describe, expect, it } from 'vitest'
import { KeptAnswers } from './kept-answers.ts'

describe('kept answers', () => {
  it('are found once for all who ask, and again after a write', async () => {
    const store = { version: 1 }
    const answers = new KeptAnswers(store)
    let found = 0
    const ask = (question = 'hosts') => answers.get(question, () => Promise.resolve(++found))
    expect(await Promise.all([ask(), ask()])).toEqual([1, 1])
    expect(await ask()).toBe(1)
    expect(await ask('apps')).toBe(2)
    store.version++
    expect(await ask()).toBe(3)
  })

  it('do not keep a failure', async () => {
    const answers = new KeptAnswers({ version: 1 })
    await expect(answers.get('hosts', () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(await answers.get('hosts', () => Promise.resolve('yes'))).toBe('yes')
  })
})
