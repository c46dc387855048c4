/** All parts one after the other. (`Buffer.concat` takes them as a list on Node and one by one on the device.) */
export function joinBytes(parts: Buffer[]): Buffer {
    let length = 0
    for (const part of parts) length += part.length
    const joined = Buffer.alloc(length)
    let at = 0
    for (const part of parts) {
        joined.set(part, at)
        at += part.length
    }
    return joined
}
