import { expect, it } from 'vitest'
import { toCsv } from './save-file.ts'

it('quotes what needs it', () => {
  expect(toCsv([['a', 1, 'x,y', 'say "hi"\nthere']])).toBe('a,1,"x,y","say ""hi""\nthere"\r\n')
})
it('writes no formulas', () => expect(toCsv([['=1+1', '-x', '@a']])).toBe("'=1+1,'-x,'@a\r\n"))
