/** What a peer has done to the roles of a gas valve, or has it do by announcements, is over some time after the peer is gone. */
import { readFileSync } from "node:fs"
import { expect, test } from "vitest"
import { programDeviceId } from "../../simulators/bus/frame"
import { Service } from "../../simulators/bus/service"
import { ServiceSpec } from "../../simulators/bus/service-spec"
import { bindRole } from "../campaigns/hostile-bus/bind-role"
import type { Peer } from "../campaigns/hostile-bus/peer"
import { falseModule } from "./false-module"
import { OWN, peerOn } from "./gas-modules"
import { openValve, press } from "./open-valve"
import { DEVICE_ID, type Rig } from "./rig"

const OPEN = { state: "open" }
/** Longer than the valve waits for its module, and than a program takes to start. */
const OVER_S = 330
const FLOOD_S = 6
/** Jacdac control: an announcement. */
const ANNOUNCE = 0

const starts = (device: Rig) => device.log.filter(line => line.includes("* start:")).length

/** Announces the valve's own module in its name. */
function announce(peer: Peer): void {
    const [deviceId] = OWN.split("/")
    const words = [0x10f, ...peer.devices.get(deviceId)!]
    const announcement = Buffer.alloc(4 * words.length)
    for (let i = 0; i < words.length; i++) announcement.writeUInt32LE(words[i], 4 * i)
    peer.report(deviceId, 0, ANNOUNCE, announcement)
}

test.each([
    ["the program itself", `${programDeviceId(DEVICE_ID)}/1`],
    ["another service of its module", OWN.replace("/1", "/0")],
    ["the chip", `${DEVICE_ID}/1`],
])(
    "a peer that has bound all roles of the sensor to %s once does not keep the valve shut for good",
    async (_, module) => {
        const device = await openValve()
        const peer = peerOn(device)
        for (const role of ["gas", "gas2", "gas3"]) bindRole(peer, DEVICE_ID, role, module)
        device.run(3)
        expect(device.see("valve"), "the attack works").toMatchObject({ state: "shut" })
        peer.leave()
        device.run(OVER_S)
        expect(device.register("causes")).toBe(0)
        press(device)
        expect(device.see("valve")).toMatchObject(OPEN)
    },
)

test("a peer that takes the role of the first probe while the program starts does not keep it late for good", async () => {
    const device = await openValve()
    const peer = peerOn(device)
    device.board.powerOff()
    device.run(1)
    peer.every(1, () => bindRole(peer, DEVICE_ID, "self[app:0]", `${DEVICE_ID}/1`))
    device.board.powerOn()
    device.run(FLOOD_S)
    expect(device.see("deadman"), "the attack works").toMatchObject({ alive: false })
    peer.leave()
    device.run(30)
    expect(device.register("causes")).toBe(0)
    press(device)
    expect(device.see("valve")).toMatchObject(OPEN)
})

test.each([50, 100, 400])(
    "a module that is announced %i times a second ends no program, and is heard",
    async perSecond => {
        const device = await openValve()
        const peer = peerOn(device)
        peer.every(1000 / perSecond, () => announce(peer))
        device.run(FLOOD_S)
        expect(starts(device)).toBe(1)
        expect(device.see("valve")).toMatchObject(OPEN)
        device.act("gas", "set", 35)
        expect(device.secondsUntil("valve", { state: "shut" }, 5)).toBeLessThan(0.5)
    },
)

test("another device of the same kind that has been on the bus for longer is not taken for the program itself", async () => {
    const device = await openValve()
    device.board.powerOff()
    const { classIdentifier } = new ServiceSpec(
        readFileSync(new URL("../../services/domovoi.md", import.meta.url), "utf8"),
    )
    falseModule(device, [new Service(classIdentifier)]).start()
    device.run(3)
    device.board.powerOn()
    device.run(4)
    expect(device.register("causes")).toBe(0)
    press(device)
    expect(device.see("valve")).toMatchObject(OPEN)
})
