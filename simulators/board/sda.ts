/**
 * The longest stretch, in bit times, for which one I2C transaction keeps SDA low. Parts that sleep take that for a wake-up call.
 * @param answer the bytes read, or undefined if the target did not acknowledge its address: then nothing follows that
 */
export function longestLow(address: number, write: Uint8Array, reads: boolean, answer: Uint8Array | undefined): number {
    const phases: string[] = []
    if (write.length > 0) phases.push(bits([address << 1, ...(answer ? write : [])], answer ? ACK : NACK))
    if (reads && (answer || write.length === 0))
        phases.push(bits([(address << 1) | 1, ...(answer ?? [])], answer ? ACK : NACK, NACK))
    return Math.max(...phases.flatMap(phase => phase.split("1").map(low => low.length)))
}

/** Every byte goes out most significant bit first, and the receiver acknowledges it by keeping SDA low for a ninth. */
const ACK = "0"
const NACK = "1"

/** @param last what follows the last byte, if that differs: the controller ends a read by not acknowledging */
function bits(bytes: readonly number[], each: string, last = each): string {
    return bytes.map(byte => byte.toString(2).padStart(8, "0")).join(each) + last
}
