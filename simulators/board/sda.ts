/**
 * The longest stretch, in bit times, for which one I2C transaction keeps SDA low. Parts that sleep take that for a wake-up call.
 * @param answer the bytes read, or undefined if the target did not acknowledge its address: then nothing follows that
 */
export function longestLow(address: number, write: Uint8Array, reads: boolean, answer: Uint8Array | undefined): number {
    const each = answer ? ACK : NACK
    let longest = 0
    if (write.length > 0) longest = lowIn(address << 1, answer ? write : NOTHING, each, each)
    if (reads && (answer || write.length === 0))
        longest = Math.max(longest, lowIn((address << 1) | 1, answer ?? NOTHING, each, NACK))
    return longest
}

/** Every byte goes out most significant bit first, and the receiver acknowledges it by keeping SDA low for a ninth. */
const ACK = 0
const NACK = 1
const NOTHING = new Uint8Array()

/** @param last what follows the last byte: the controller ends a read by not acknowledging */
function lowIn(first: number, bytes: Uint8Array, each: number, last: number): number {
    let [longest, low] = [0, 0]
    for (let i = -1; i < bytes.length; i++) {
        const byte = i < 0 ? first : bytes[i]
        const nine = (byte << 1) | (i < bytes.length - 1 ? each : last)
        for (let bit = 0x100; bit > 0; bit >>= 1) {
            low = nine & bit ? 0 : low + 1
            if (low > longest) longest = low
        }
    }
    return longest
}
