import { EngineError } from '../engine.ts'

const HEADER_BYTES = 8
const LARGEST_FRAME_BYTES = 16 * 2 ** 20

export interface Frame {
  stream: 'stdout' | 'stderr'
  data: Buffer
}

/** Cuts Docker's multiplexed stream into frames: a byte for the stream, three of zero, the length, the data. */
export class FrameReader {
  #rest: Buffer = Buffer.alloc(0)

  read(chunk: Buffer): Frame[] {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    const frames: Frame[] = []
    while (this.#rest.length >= HEADER_BYTES) {
      const bytes = this.#rest.readUInt32BE(4)
      if (bytes > LARGEST_FRAME_BYTES)
        throw new EngineError('unreachable', `Docker sent a frame of ${bytes} bytes; this is not its log protocol`)
      if (this.#rest.length < HEADER_BYTES + bytes) break
      const kind = this.#rest.readUInt8(0)
      const data = this.#rest.subarray(HEADER_BYTES, HEADER_BYTES + bytes)
      this.#rest = this.#rest.subarray(HEADER_BYTES + bytes)
      if (kind === 3) throw new EngineError('refused', data.toString('utf8'))
      frames.push({ stream: kind === 2 ? 'stderr' : 'stdout', data })
    }
    return frames
  }
}
