export function filled(length: number, byte: number): Buffer {
    const bytes = Buffer.alloc(length)
    for (let i = 0; i < length; i++) bytes[i] = byte
    return bytes
}

/** `first`, `first + 1` and so on, modulo 256. */
export function rising(length: number, first: number): Buffer {
    const bytes = Buffer.alloc(length)
    for (let i = 0; i < length; i++) bytes[i] = (first + i) & 255
    return bytes
}
