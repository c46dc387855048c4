/**
 * Constant bytes, written as hex digits, spaces and line breaks. The DeviceScript compiler recognises the tag by its
 * name and puts the bytes into flash without calling this function, so what it returns must never be written to.
 */
export function hex(digits: unknown): Buffer {
    return Buffer.from(`${digits}`.split("\n").join("").split(" ").join(""), "hex")
}
