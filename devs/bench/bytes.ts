/** As many bytes, counting up from 0: keys, nonces and messages of the benchmark. */
export function rising(length: number): Buffer {
    const bytes = Buffer.alloc(length)
    for (let i = 0; i < length; i++) bytes[i] = i
    return bytes
}

/** Whether `got` has the bytes `expected`. */
export function same(got: Buffer | undefined, expected: Buffer): boolean {
    return got !== undefined && got.toString("hex") === expected.toString("hex")
}
