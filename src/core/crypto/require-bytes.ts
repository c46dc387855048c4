/**
 * Refuses anything but a Buffer, so that no primitive ever computes on something else.
 * @param name what the caller passes, for the message
 * @param length exact length in bytes; any length if left out
 * @throws TypeError, RangeError
 */
export function requireBytes(value: Buffer, name: string, length?: number): void {
    if (!(value instanceof Buffer)) throw new TypeError(`${name} must be a Buffer`)
    if (length !== undefined && value.length !== length)
        throw new RangeError(`${name} must be ${length} bytes long, not ${value.length}`)
}
