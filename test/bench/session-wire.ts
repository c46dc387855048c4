/** How many bytes go over the wire, both ways: whole frames, CoAP included. */
import { TestDevice, TestHub } from "../core/session/device/home"

/** Bytes by what is done. Of the two AEADs that a device links, either has a tag of 16 bytes. */
export async function wireBytes(): Promise<Record<string, number>> {
    const device = await new TestDevice().start()
    const hub = await new TestHub("hub", device).start()
    let bytes = 0
    hub.wire = async (frame, deliver) => {
        const answer = await deliver(frame)
        bytes += frame.length + (answer?.length ?? 0)
        return answer
    }
    const counted = async (what: () => Promise<{ refusal: number }>) => {
        bytes = 0
        const { refusal } = await what()
        if (refusal !== 0) throw new Error(`refused: ${refusal}`)
        return bytes
    }
    device.pairing.touched()
    const found: Record<string, number> = { pair: await counted(() => hub.pair()) }
    for (const length of [16, 64, 180])
        found[`request${length}`] = await counted(() => hub.post("echo", "x".repeat(length)))
    await device.start()
    found.reconnect = await counted(() => hub.session.connect())
    return found
}
