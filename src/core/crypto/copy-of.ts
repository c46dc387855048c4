/**
 * The first `length` bytes of `source`, all of them unless it says otherwise, as memory of their own. (`slice` copies on the device and shares
 * on Node.) What pauses takes such copies of its caller's buffers first: another fiber may use them again meanwhile, or wipe them, and a
 * signature over two states of one message, or with a nonce from a wiped key, gives the key away.
 */
export function copyOf(source: Buffer, length: number = source.length): Buffer {
    const copy = Buffer.alloc(length)
    copy.set(source.slice(0, length), 0)
    return copy
}
