/**
 * A Buffer that copies ranges of bytes from another. DeviceScript's own does so natively; Node's is given the same
 * method.
 */
export interface WorkBuffer extends Buffer {
    blitAt(at: number, source: Buffer, sourceAt: number, length: number): void
}

/** @param size bytes, all zero */
export function workBuffer(size: number): WorkBuffer {
    const buffer = Buffer.alloc(size) as WorkBuffer
    if (!buffer.blitAt)
        buffer.blitAt = (at, source, sourceAt, length) => buffer.set(source.slice(sourceAt, sourceAt + length), at)
    return buffer
}
