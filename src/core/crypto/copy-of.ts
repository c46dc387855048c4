/** The first `length` bytes of `source`, as memory of their own. (`slice` copies on the device and shares on Node.) */
export function copyOf(source: Buffer, length: number): Buffer {
    const copy = Buffer.alloc(length)
    copy.set(source.slice(0, length), 0)
    return copy
}
