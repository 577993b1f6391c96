/** What the program asked of the operating system, in order; the test reads it. */
class Calls {
  readonly #list: { name: string; argument: unknown }[] = []

  add(name: string, argument: unknown): void {
    this.#list.push({ name, argument })
  }

  of(name: string): unknown[] {
    return this.#list.filter((call) => call.name === name).map((call) => call.argument)
  }
}

export const calls = new Calls()
