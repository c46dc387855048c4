/** The 32-bit words of a byte string, as signed integers. */

export function littleEndian32(data: Buffer, at: number): number {
    return data[at] | (data[at + 1] << 8) | (data[at + 2] << 16) | (data[at + 3] << 24)
}

export function bigEndian32(data: Buffer, at: number): number {
    return (data[at] << 24) | (data[at + 1] << 16) | (data[at + 2] << 8) | data[at + 3]
}

export function putLittleEndian32(data: Buffer, at: number, word: number): void {
    data[at] = word & 255
    data[at + 1] = (word >>> 8) & 255
    data[at + 2] = (word >>> 16) & 255
    data[at + 3] = word >>> 24
}

export function putBigEndian32(data: Buffer, at: number, word: number): void {
    data[at] = word >>> 24
    data[at + 1] = (word >>> 16) & 255
    data[at + 2] = (word >>> 8) & 255
    data[at + 3] = word & 255
}
