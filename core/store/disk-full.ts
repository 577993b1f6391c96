import { AppError } from '../base/app-error.ts'

/** Does what needs room in the data folder `dir`; when there is none left, says so, and where. */
export async function needingRoom<T>(dir: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : ''
    if (code !== 'SQLITE_FULL' && code !== 'ENOSPC') throw cause
    throw new AppError('STORE_UNAVAILABLE', `there is no room left on the disk of ${dir}`, {
      cause,
      details: { hint: 'Nothing was lost, and instances go on running. Free some space there, then start again.' },
    })
  }
}
