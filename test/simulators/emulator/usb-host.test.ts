import type { RPUSBController } from "rp2040js"
import { describe, expect, test } from "vitest"
import { UsbHost } from "../../../simulators/emulator/usb-host"

const OUT_ENDPOINT = 2

/** USB 2.0 §9.6 and USB CDC 1.2: an interface for data with a bulk endpoint each way, and the configuration that it is in. */
const INTERFACE = [9, 4, 1, 0, 2, 10, 0, 0, 0]
const ENDPOINT_OUT = [7, 5, OUT_ENDPOINT, 2, 64, 0, 0]
const ENDPOINT_IN = [7, 5, 0x80 | 3, 2, 64, 0, 0]
const DESCRIPTORS = [
    9,
    2,
    9 + INTERFACE.length + 14,
    0,
    1,
    1,
    0,
    0x80,
    50,
    ...INTERFACE,
    ...ENDPOINT_OUT,
    ...ENDPOINT_IN,
]

/** Answers what a host asks a new device, until its serial port is open. */
function enumerate({ usb }: ReturnType<typeof device>): void {
    usb.onUSBEnabled!()
    usb.onResetReceived!()
    usb.onEndpointWrite!(0, new Uint8Array(0))
    usb.onEndpointWrite!(0, Uint8Array.from(DESCRIPTORS.slice(0, 9)))
    usb.onEndpointWrite!(0, Uint8Array.from(DESCRIPTORS))
    usb.onEndpointWrite!(0, new Uint8Array(0))
}

/** The device's side, as the package's controller shows it. */
function device() {
    const packets: number[][] = []
    const usb = {
        packets,
        resets: 0,
        onUSBEnabled: undefined as (() => void) | undefined,
        onEndpointRead: undefined as ((endpoint: number, size: number) => void) | undefined,
        onEndpointWrite: undefined as ((endpoint: number, bytes: Uint8Array) => void) | undefined,
        onResetReceived: undefined as (() => void) | undefined,
        setups: 0,
        sendSetupPacket() {
            this.setups++
        },
        resetDevice() {
            this.resets++
        },
        endpointReadDone(endpoint: number, bytes: Uint8Array) {
            if (endpoint === OUT_ENDPOINT) packets.push([...bytes])
        },
    }
    const host = new UsbHost(usb as unknown as RPUSBController)
    return { host, usb }
}

describe("the host at the other end of the USB cable", () => {
    test("enumerates a device that is plugged in, and no other", () => {
        const { host, usb } = device()
        usb.onUSBEnabled!()
        expect(usb.resets).toBe(1)
        host.plugged = false
        usb.onUSBEnabled!()
        expect(usb.resets).toBe(1)
    })

    test("sends nothing to an endpoint that is not the serial port's", () => {
        const { host, usb } = device()
        host.write(Uint8Array.of(1, 2, 3))
        usb.onEndpointRead!(OUT_ENDPOINT, 64)
        expect(usb.packets).toEqual([])
    })

    test("opens the serial port, and takes what comes from it", () => {
        const rig = device()
        const received: number[] = []
        rig.host.onData = bytes => received.push(...bytes)
        expect(rig.host.connected).toBe(false)
        enumerate(rig)
        expect(rig.host.connected).toBe(true)
        rig.usb.onEndpointWrite!(3, Uint8Array.of(1, 2, 3))
        expect(received).toEqual([1, 2, 3])
    })

    test("sends a packet whenever the device has room for one, and nothing while it has none", () => {
        const rig = device()
        enumerate(rig)
        const bytes = Uint8Array.from({ length: 150 }, (_, i) => i)
        rig.host.write(bytes)
        expect(rig.usb.packets).toEqual([])
        for (let asked = 0; asked < 4; asked++) rig.usb.onEndpointRead!(OUT_ENDPOINT, 64)
        expect(rig.usb.packets.map(packet => packet.length)).toEqual([64, 64, 22])
        expect(rig.usb.packets.flat()).toEqual([...bytes])
        // The fourth question is still open.
        rig.host.write(Uint8Array.of(7))
        expect(rig.usb.packets.at(-1)).toEqual([7])
    })
})
