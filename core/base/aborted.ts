/** Whether a signal has been aborted by now. A function, because the checker believes that what was false a line ago still is. */
export function isAborted(signal: AbortSignal): boolean {
  return signal.aborted
}
