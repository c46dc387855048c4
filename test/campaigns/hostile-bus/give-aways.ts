/**
 * What the stock runtime, and a bus without sessions, give to whoever asks. Each has a name of its own and is told only by what was seen: by
 * the runtime's log, by flash, or by what the peer was answered. None of them excuses a broken promise.
 */
import { jacdac } from "../../../simulators/bus/jacdac"
import type { TraceEntry } from "../../../simulators/trace"
import { settingsIn } from "../settings-image"
import { MEMORY_READ, SRV_DEBUGGER } from "./debugger"
import type { Heard } from "./peer"
import { PIPE_INDEX } from "./peer"
import type { Siege } from "./siege"
import { sha256Of } from "./subject"

/** Lines of the runtime's log, and kinds of lines of the trace, that tell of one. */
const LOGGED: readonly [RegExp, string][] = [
    [/^dbg: suspend/, "debugger: the program is held"],
    [/^\* stop program/, "manager: the program is stopped"],
    [/^mgr: .*deploy|^deploy/i, "manager: a deployment begins"],
]
const TRACED: ReadonlyMap<string, string> = new Map([
    ["reset", "the chip is reset"],
    ["panic", "the program is ended"],
    ["runtime-panic", "the runtime gives up, and the chip is reset 8.4 s later"],
    ["hung", "the runtime hangs"],
])
/** Where the C code of the runtime gave up. */
const FAILED = /(?:failed at|JD_PANIC\(\) at) \S*?(\w+\.c):\d+ in (\w+)/
const ROLE_BOUND = /^set role (\S+) -> (\w{4}):/

const roleTaken = (role: string) => `role ${role}: a module of the peer's has it`

export class GiveAways {
    readonly names = new Set<string>()
    readonly #siege: Siege
    /** The peer is at work. */
    #watching = false
    #settings: ReadonlyMap<string, string> = new Map()

    constructor(siege: Siege) {
        this.#siege = siege
        siege.unit.trace.watch(entry => this.#look(entry))
        siege.peer.hear(heard => this.#hear(heard))
    }

    begin(): void {
        this.#watching = true
        this.#settings = this.#settingsNow()
    }

    peerLeft(): void {
        this.#watching = false
        const now = this.#settingsNow()
        for (const [key, value] of this.#settings)
            if (!now.has(key)) this.names.add("settings: a value is erased")
            else if (now.get(key) !== value) this.names.add(`settings: ${nameOf(key)} is replaced`)
        for (const key of now.keys()) if (!this.#settings.has(key)) this.names.add(`settings: ${nameOf(key)} is added`)
    }

    /** @param started SHA-256 of the program that started when the unit was switched on again, if one did */
    end(started: string | undefined, logLost: boolean): void {
        if (logLost) this.names.add("event log: older entries make room")
        if (started === undefined) this.names.add("afterwards there is no program")
        else if (this.#siege.subject.hostile.some(({ sha256 }) => sha256 === started))
            this.names.add("afterwards the peer's program runs")
    }

    /** Something that only its story can tell. */
    add(name: string): void {
        this.names.add(name)
    }

    #look({ source, kind, line }: TraceEntry): void {
        const { unit, subject, peer } = this.#siege
        if (!this.#watching || source !== unit.board.name) return
        const traced = TRACED.get(kind)
        if (traced) this.names.add(traced)
        if (kind !== "log") return
        const log = String(line)
        const [, file, place] = FAILED.exec(log) ?? []
        if (file) this.names.add(`the runtime gives up in ${file}, ${place}`)
        for (const [pattern, name] of LOGGED) if (pattern.test(log)) this.names.add(name)
        const [, role, module] = ROLE_BOUND.exec(log) ?? []
        if (role && peer.moduleNames.has(module)) this.names.add(roleTaken(role))
        const measured = /^DevS-SHA256: ([0-9a-f]{64})$/.exec(log)?.[1]
        if (measured && subject.hostile.some(({ sha256 }) => sha256 === measured))
            this.names.add("manager: the peer's program is installed")
    }

    #hear({ deviceId, serviceIndex, command, payload, isCommand }: Heard): void {
        const { chip, program, peer, subject, watch } = this.#siege
        if (!this.#watching) return
        const isUnits = !isCommand && (deviceId === chip || deviceId === program)
        const serviceClass = isUnits ? peer.devices.get(deviceId)?.[serviceIndex - 1] : undefined
        const isPiped = isCommand && deviceId === peer.deviceId && serviceIndex === PIPE_INDEX
        const pipe = isPiped ? peer.pipes.get(command >> jacdac.PIPE_PORT_SHIFT) : undefined
        const isDebuggers = serviceClass === SRV_DEBUGGER || pipe === MEMORY_READ
        if (pipe && payload.length > 0) this.names.add(pipe)
        if (serviceClass === SRV_DEBUGGER && command === READ_VALUE) this.names.add(MEMORY_READ)
        // A key, a zero, and a value if there is one.
        if (serviceClass === jacdac.SRV_SETTINGS && command === jacdac.SettingsCmd.Get && payload.at(-1) !== 0)
            this.names.add("settings: read")
        for (const secret of subject.secrets.ownersIn(Buffer.from(payload)))
            if (isDebuggers) this.names.add(`debugger: the secret ${secret} is read`)
            else watch.leak(secret)
    }

    #settingsNow(): Map<string, string> {
        const settings = settingsIn(this.#siege.unit.board.flash.bytes)
        return new Map([...settings].map(([key, value]) => [key, sha256Of(value).toString("hex")]))
    }
}

const READ_VALUE = 0x84

/** Keys that come over the settings service begin with a colon. */
function nameOf(key: string): string {
    return key.startsWith(":") ? "a value" : key
}
