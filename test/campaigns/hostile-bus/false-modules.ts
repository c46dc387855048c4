/** Modules that are not what they say, and words in the name of those that are. */

import { jacdac } from "../../../simulators/bus/jacdac"
import { Sensor } from "../../../simulators/bus/sensor"
import { Service } from "../../../simulators/bus/service"
import { ButtonService } from "../../../simulators/bus/services/button"
import type { Random } from "../../../simulators/random"
import { bindRole } from "./bind-role"
import type { Siege } from "./siege"
import { FACTS } from "./subject"
import { bytesOf, serviceClassOf } from "./words"

const { SRV_BUTTON, SRV_SOUND_LEVEL, SRV_SETTINGS, SRV_ROLE_MANAGER, SRV_WIFI, SRV_CAMERA, SRV_RELAY, SRV_BUZZER } = {
    ...jacdac,
    SRV_CAMERA: serviceClassOf("camera"),
}
const SRV_GAS = serviceClassOf("combustibleGas")
const OF_THE_UNIT = ["domovoi", "owner", "privacy"].map(serviceClassOf)

/** Identifiers before and behind all others, by either end. */
const IDENTIFIERS = ["0000000000000000", "0100000000000000", "0000000000000001", "ffffffffffffffff", "fffffffffffffffe"]

const CLASSES = [
    SRV_BUTTON,
    SRV_BUTTON,
    SRV_BUTTON,
    SRV_GAS,
    SRV_GAS,
    SRV_SOUND_LEVEL,
    SRV_CAMERA,
    SRV_SETTINGS,
    SRV_ROLE_MANAGER,
    SRV_WIFI,
    SRV_RELAY,
    SRV_BUZZER,
    ...OF_THE_UNIT,
]

/** What modules serve, by role. */
const ROLES: Readonly<Record<string, number>> = {
    gas: SRV_GAS,
    gas2: SRV_GAS,
    gas3: SRV_GAS,
    camera: SRV_CAMERA,
    microphone: SRV_SOUND_LEVEL,
}

/**
 * Joins the bus as a module, and says what a person at it, or what it measures, would have it say.
 * @param serviceClass any if left out
 */
export function beModule(siege: Siege, serviceClass?: number): string {
    const { peer, random, chip, program } = siege
    const served = serviceClass ?? CLASSES[random.below(CLASSES.length)]
    const real = [...peer.devices].find(([, classes]) => classes.includes(served))?.[0]
    const stolen = [real, chip, program].filter(id => id !== undefined)
    const id = random.below(5) ? IDENTIFIERS[random.below(IDENTIFIERS.length)] : stolen[random.below(stolen.length)]
    let pressed = false
    let moved = () => {}
    const contact = {
        read: () => pressed,
        watch: (callback: () => void) => {
            moved = callback
            return () => {}
        },
    }
    const service =
        served === SRV_BUTTON
            ? new ButtonService(contact)
            : served === SRV_GAS || served === SRV_SOUND_LEVEL
              ? new Sensor(served, served === SRV_GAS ? "u16.16" : "u0.16", () => [falseReading])
              : new Service(served)
    // Roles that are taken stay with whom they are. A start gives them all anew, the lowest identifier first.
    if (random.below(3) === 0)
        peer.after(random.below(600), () => peer.command(chip, 0, jacdac.ControlCmd.Reset, Buffer.alloc(0)))
    const falseReading = random.below(4) ? 0 : [1, 50, 100, 65_535][random.below(4)]
    peer.serve(`module ${peer.moduleNames.size}`, id, [service])
    peer.every([150, 400, 1200][random.below(3)], () => {
        pressed = !pressed
        moved()
    })
    return id
}

/** Has the runtime's role manager give its roles to modules of the peer's. */
export function takeRoles(siege: Siege): void {
    const { peer, random, chip, subject } = siege
    const index = 1 + (peer.devices.get(chip) ?? []).indexOf(jacdac.SRV_ROLE_MANAGER)
    const { ClearAllRoles, ListRoles } = jacdac.RoleManagerCmd
    const { roles } = FACTS[subject.device]
    const role = roles[random.below(roles.length)]
    const module = beModule(siege, ROLES[role])
    peer.command(chip, index, ListRoles, peer.openPipe("role manager: roles are listed"))
    peer.every(200, () => {
        const kind = random.below(6)
        if (kind < 4) bindRole(peer, chip, role, `${module}/1`)
        else if (kind === 4) peer.command(chip, index, ClearAllRoles, Buffer.alloc(0))
        else peer.command(chip, index, jacdac.CMD_SET_REG | jacdac.RoleManagerReg.AutoBind, Buffer.of(random.below(2)))
    })
}

const READING = 0x1101
const EVENT = 0x8000
const EVENT_COUNTER = 8
/** Button: down, up, hold. */
const BUTTON_EVENTS = [1, 2, 0x81]

/** Says in the name of real modules what the peer would like them to say: readings, presses, other services, nothing at all. */
export function forgeReports(siege: Siege): void {
    const { peer, random, chip, program } = siege
    const modules = [...peer.devices].filter(([id]) => id !== chip && id !== program)
    let counter = random.below(128)
    const [id, classes] = modules[random.below(modules.length)] ?? [chip, []]
    peer.every([4, 20, 50, 100][random.below(4)], () => {
        const index = 1 + random.below(Math.max(1, classes.length))
        const kind = random.below(10)
        if (kind < 5) peer.report(id, index, READING, readingOf(random))
        else if (kind < 9) {
            const code = BUTTON_EVENTS[random.below(BUTTON_EVENTS.length)]
            counter = (counter + 1) & 127
            peer.report(id, index, EVENT | (counter << EVENT_COUNTER) | code, Buffer.alloc(code === 1 ? 0 : 4))
        } else if (random.below(2)) peer.report(id, 0, 0, announcement(random, random.below(2) ? classes : []))
        else peer.report(id, random.below(4), random.below(0x10000), bytesOf(random.below(16), random))
    })
}

function readingOf(random: Random): Buffer {
    return random.below(4) ? Buffer.alloc(4) : bytesOf([0, 1, 2, 4, 8][random.below(5)], random)
}

/** Flags and restart counter, and the services: those it has, or others. */
function announcement(random: Random, classes: readonly number[]): Buffer {
    const words = Buffer.alloc(4 + 4 * classes.length)
    words.writeUInt32LE(0x10000 | 0x700 | (1 + random.below(15)))
    for (const [i, serviceClass] of classes.entries()) words.writeUInt32LE(serviceClass, 4 + 4 * i)
    return words
}
