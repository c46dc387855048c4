import type { RPUSBController } from "rp2040js"
import { describe, expect, test } from "vitest"
import { UsbHost } from "../../../simulators/emulator/usb-host"

const OUT_ENDPOINT = 2

/** The device's side, as the package's controller shows it. */
function device() {
    const packets: number[][] = []
    const usb = {
        packets,
        resets: 0,
        onUSBEnabled: undefined as (() => void) | undefined,
        onEndpointRead: undefined as ((endpoint: number, size: number) => void) | undefined,
        onEndpointWrite: undefined as ((endpoint: number, bytes: Uint8Array) => void) | undefined,
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
})
