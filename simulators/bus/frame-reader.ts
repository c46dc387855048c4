import { type JDDevice, jacdac } from "./jacdac"

/**
 * Puts frames into words for people, one line a packet: `ET54 LIGHT BULB 3: SET brightness: 0.5`. It learns from announcements
 * which services a device has, so it has to see the frames of a trace from its beginning.
 */
export class FrameReader {
    readonly #classes = new Map<string, readonly number[]>()

    /** @param hex the frame as traces hold it */
    read(hex: string): string[] {
        const packets = jacdac.Packet.fromFrame(Uint8Array.from(Buffer.from(hex, "hex")), 0) ?? []
        return packets.map(packet => {
            const { deviceIdentifier } = packet
            if (packet.isAnnounce) this.#learn(deviceIdentifier, packet.data)
            const classes = this.#classes.get(deviceIdentifier)
            const serviceClassAt = (index: number) => (index === 0 ? jacdac.SRV_CONTROL : classes?.[index - 1])
            // All that the library's decoder asks of a device. Which pipe a port belongs to is not followed.
            packet.device = { serviceClassAt, port: () => ({}) } as unknown as JDDevice
            const device = packet.isMultiCommand ? "all" : jacdac.shortDeviceId(deviceIdentifier)
            const content = packet.decoded.description.replace(/\s+/g, " ")
            return `${device} ${nameOf(packet.serviceClass)} ${packet.serviceIndex}: ${content}`
        })
    }

    #learn(deviceIdentifier: string, announcement: Uint8Array): void {
        const words = Buffer.from(announcement)
        const classes: number[] = []
        for (let at = 4; at + 4 <= words.length; at += 4) classes.push(words.readUInt32LE(at))
        this.#classes.set(deviceIdentifier, classes)
    }
}

/** Name in the Jacdac catalogue; services that are not in it go by their class. */
function nameOf(serviceClass: number | undefined): string {
    if (serviceClass === undefined) return "?"
    const specification = jacdac.serviceSpecificationFromClassIdentifier(serviceClass)
    return specification?.name.toUpperCase() ?? `0x${serviceClass.toString(16)}`
}
