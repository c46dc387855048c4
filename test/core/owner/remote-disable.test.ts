import { expect, test } from "vitest"
import { RemoteDisable } from "../../../src/core/owner/remote-disable"
import { Place, Role } from "../../../src/core/owner/rights"
import { later, mounted, newMemory } from "./memory-store"

const everyRole = [undefined, Role.Owner, Role.Family, Role.Guest, Role.Child, Role.Service]
const everyPlace = [Place.Touch, Place.Inside, Place.Outside]

async function opened(memory = newMemory()) {
    const device = new RemoteDisable(await mounted(memory))
    await device.load()
    return { memory, device }
}

test("the owner disables from anywhere, and nobody else does", async () => {
    for (const role of everyRole)
        for (const place of everyPlace) {
            const { device } = await opened()
            expect(await device.set(true, role, place)).toBe(role === Role.Owner)
            expect(device.disabled()).toBe(role === Role.Owner)
        }
})

test("the owner enables at the device, and nobody anywhere else", async () => {
    for (const role of everyRole)
        for (const place of everyPlace) {
            const { device } = await opened()
            await device.set(true, Role.Owner, Place.Outside)
            const allowed = role === Role.Owner && place === Place.Touch
            expect(await device.set(false, role, place)).toBe(allowed)
            expect(device.disabled()).toBe(!allowed)
        }
})

test("a device that was disabled is so after a restart", async () => {
    const { memory, device } = await opened()
    await device.set(true, Role.Owner, Place.Outside)
    const restarted = new RemoteDisable(await later(memory))
    await restarted.load()
    expect(restarted.disabled()).toBe(true)
})
