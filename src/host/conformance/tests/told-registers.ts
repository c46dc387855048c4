import { encodeFrame, FrameFlag, programDeviceId } from "../../../../simulators/bus/frame"
import { jacdac } from "../../../../simulators/bus/jacdac"
import { SERVICES } from "../../unit/service-specs"
import type { Scene } from "../scene"
import { indexOf, packetsHeard } from "./frames"

/** Of services/: what is so on one unit, and not on each of its model. */
const REGISTERS: Readonly<Record<keyof typeof SERVICES, readonly string[]>> = {
    domovoi: ["state", "causes", "uptime", "identity", "serial_number", "boot_count", "faults", "update", "sensor"],
    owner: ["people", "disabled"],
    privacy: [],
}
const ANSWERED_MS = 500

interface Asked {
    service: keyof typeof SERVICES
    name: string
    /** To the program, on the bus. */
    frame: Uint8Array
}

/** Each register of each service is asked for. @returns those that whoever listens hears then */
export async function toldRegisters({ bench, note }: Scene, ask: (asked: Asked) => Promise<void>): Promise<string[]> {
    const program = programDeviceId(await bench.link.chip())
    const told: string[] = []
    for (const [service, names] of Object.entries(REGISTERS) as [keyof typeof SERVICES, readonly string[]][])
        for (const name of names) {
            const sinceMs = bench.nowMs()
            const serviceIndex = indexOf(bench, program, SERVICES[service].classIdentifier)
            if (serviceIndex === undefined) continue
            const command = jacdac.CMD_GET_REG | SERVICES[service].registerCode(name)
            const packet = { serviceIndex, command, payload: new Uint8Array(0) }
            await ask({ service, name, frame: encodeFrame(program, FrameFlag.Command, packet) })
            await bench.link.wait(ANSWERED_MS)
            const isTold = packetsHeard(bench, sinceMs, bench.nowMs()).some(
                heard =>
                    !heard.isCommand &&
                    heard.deviceId === program &&
                    heard.serviceIndex === serviceIndex &&
                    heard.command === command,
            )
            note("asked for", { service, register: name, isTold })
            if (isTold) told.push(`${service}.${name}`)
        }
    return told
}
