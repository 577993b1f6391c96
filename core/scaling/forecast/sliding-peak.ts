/** The highest of the last `length` values. */
export class SlidingPeak {
  readonly #length: number
  #indices: number[] = []
  #values: number[] = []
  #head = 0

  constructor(length: number) {
    this.#length = length
  }

  push(index: number, value: number): number {
    while (this.#values.length > this.#head && (this.#values.at(-1) ?? 0) <= value) {
      this.#values.pop()
      this.#indices.pop()
    }
    this.#values.push(value)
    this.#indices.push(index)
    while ((this.#indices[this.#head] ?? index) <= index - this.#length) this.#head++
    if (this.#head > 1024) this.#compact()
    return this.#values[this.#head] ?? value
  }

  clear(): void {
    this.#indices = []
    this.#values = []
    this.#head = 0
  }

  #compact(): void {
    this.#indices = this.#indices.slice(this.#head)
    this.#values = this.#values.slice(this.#head)
    this.#head = 0
  }
}
