import type { Wiring } from "../circuit/wiring"
import { buildPart } from "../parts/catalog"
import { Deadman } from "../parts/deadman"
import { Led } from "../parts/led"
import type { I2cTarget, Part, PartContext } from "../parts/part"
import { Switch } from "../parts/switch"

/**
 * What a board's circuit file names, wired up: switches, dead-man timers and indicators are parts too.
 * @param contextOf by a part's name
 */
export function boardParts(wiring: Wiring, contextOf: (part: string) => PartContext): ReadonlyMap<string, Part> {
    const { switches, deadmen, indicators, parts } = wiring.circuit.description
    const built = new Map<string, Part>()
    const add = (name: string, part: Part, nets: { power?: string; drive?: string }) => {
        built.set(name, part)
        if (nets.power && part.setPower) wiring.watch(nets.power, on => part.setPower!(on))
        if (nets.drive && part.setDrive) wiring.watch(nets.drive, high => part.setDrive!(high))
    }
    for (const [name, { kind, closed }] of Object.entries(switches))
        add(name, new Switch(contextOf(name), kind, closed, now => wiring.setSwitch(name, now)), {})
    for (const name of Object.keys(deadmen)) add(name, new Deadman(contextOf(name)), { drive: name })
    for (const name of Object.keys(indicators))
        add(name, new Led(contextOf(name), burnt => wiring.setBurnt(name, burnt)), { drive: name })
    for (const [name, part] of Object.entries(parts)) add(name, buildPart(contextOf(name), part), part)
    return built
}

export function isI2cTarget(part: Part): part is Part & I2cTarget {
    return "transfer" in part
}
