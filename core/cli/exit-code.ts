/** What the program's exit status says; stable, so that scripts can rely on it. */
export const EXIT = {
  ok: 0,
  failure: 1,
  usage: 2,
  notFound: 3,
  refused: 4,
  denied: 5,
  unreachable: 6,
  timeout: 7,
  badInput: 8,
} as const

export const EXIT_MEANING: Record<keyof typeof EXIT, string> = {
  ok: 'done',
  failure: 'failed for a reason without its own code',
  usage: 'unknown command, option or argument',
  notFound: 'the thing that was named does not exist',
  refused: 'refused: it conflicts with the present state, or nobody confirmed it',
  denied: 'not signed in, or not allowed',
  unreachable: 'the server does not answer',
  timeout: 'waited, but the wanted state was not reached in time',
  badInput: 'the input is wrong; the fields are named',
}
