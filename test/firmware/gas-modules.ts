/** Combustible gas modules on the bus of a gas valve: its own, and others. */
import { readFileSync } from "node:fs"
import type { BusNode } from "../../simulators/bus/bus"
import { encodeFrame, FrameFlag } from "../../simulators/bus/frame"
import { jacdac } from "../../simulators/bus/jacdac"
import { Sensor } from "../../simulators/bus/sensor"
import { deviceIdOf, type JacdacServer } from "../../simulators/bus/server"
import { Service } from "../../simulators/bus/service"
import { ServiceSpec } from "../../simulators/bus/service-spec"
import { bindRole } from "../campaigns/hostile-bus/bind-role"
import { Peer } from "../campaigns/hostile-bus/peer"
import { falseModule, LOWEST_ID } from "./false-module"
import type { Rig } from "./rig"

const SRV_GAS = new ServiceSpec(readFileSync(new URL("../../services/combustible-gas.md", import.meta.url), "utf8"))
    .classIdentifier
const READING = 0x1101
/** What is no gas sensor. */
const SRV_UNKNOWN = 0x1fffffff

export const HIGHEST_ID = "ffffffffffffffff"
/** The module that belongs to the board, as devices tell it: identifier and index of its service. */
export const OWN = `${deviceIdOf("device.gas")}/1`

/** A gas module that somebody has put on the bus. */
export class OtherGasModule {
    percentLel = 0
    readonly name: string
    readonly #module: JacdacServer

    /** It is on the bus from now on. @param index of its gas service among its services */
    constructor(rig: Rig, deviceId = LOWEST_ID, index = 1) {
        const others = Array.from({ length: index - 1 }, () => new Service(SRV_UNKNOWN))
        this.name = `${deviceId}/${index}`
        this.#module = falseModule(rig, [...others, new Sensor(SRV_GAS, "u16.16", () => [this.percentLel])], deviceId)
        this.#module.start()
    }

    unplug(): void {
        this.#module.stop()
    }

    plug(): void {
        this.#module.start()
    }
}

/** A hostile peer that has heard who is there. */
export function peerOn(rig: Rig): Peer {
    const peer = new Peer(rig.bus, rig.clock)
    rig.run(1)
    return peer
}

/** Has the runtime's role manager bind the roles of a gas valve to a module again and again, or to none. */
export function bindRoles(peer: Peer, chip: string, module: string | undefined, everyMs: number): void {
    const index = 1 + peer.devices.get(chip)!.indexOf(jacdac.SRV_ROLE_MANAGER)
    const { ClearAllRoles } = jacdac.RoleManagerCmd
    peer.every(everyMs, () => {
        if (!module) return peer.command(chip, index, ClearAllRoles, Buffer.alloc(0))
        for (const role of ["gas", "gas2", "gas3"]) bindRole(peer, chip, role, module)
    })
}

/** Says readings in the name of a module, so many a second. */
export function floodReadings(peer: Peer, module: string, percentLel: number, perSecond: number): void {
    const [deviceId, service] = module.split("/")
    const reading = jacdac.jdpack("u16.16", [percentLel])
    peer.every(1000 / perSecond, () => peer.report(deviceId, Number(service), READING, reading))
}

/** A command to a module that looks like a reading of it. */
export function commandLikeReading(rig: Rig, module: string, percentLel: number): void {
    const [deviceId, service] = module.split("/")
    const packet = { serviceIndex: Number(service), command: READING, payload: jacdac.jdpack("u16.16", [percentLel]) }
    const commander: BusNode = { name: "commander", receive: () => {} }
    rig.bus.attach(commander)
    rig.bus.send(commander, encodeFrame(deviceId, FrameFlag.Command, packet))
    // Its frame is lost if it leaves before that is through.
    rig.run(0.01)
    rig.bus.detach(commander)
}
