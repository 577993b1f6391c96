/**
 * Loads a part of the console when it is first needed. A moment without a network must not leave a hole in the page, so it
 * is tried again a few times before it counts as failed.
 */
export function lazy<T>(load: () => Promise<T>, waitsMs: readonly number[] = [300, 1000, 3000]): () => Promise<T> {
  return async () => {
    for (const waitMs of waitsMs) {
      try {
        return await load()
      } catch {
        await new Promise((resolve) => setTimeout(resolve, waitMs))
      }
    }
    return load()
  }
}
