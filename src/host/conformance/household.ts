/** Whoever is around a device: each with a hub of their own, by which they are paired, and have things done inside their sessions. */
import type { FieldValue } from "../../../simulators/bus/service-spec"
import { type CoapCode, type CoapMessage, optionValue } from "../../core/session/coap-message"
import { CoapOptionNumber } from "../../core/session/coap-options"
import { readMessage } from "../../core/session/coap-reader"
import { decodeRecord, type KudosRecord } from "../../core/session/kudos/record"
import { MemorySession } from "../session/kept-session"
import { HUB_RECORDS, PairedUnit, type SessionWay } from "../session/paired-unit"
import { type Person, people, type RoleName } from "../session/people"
import { codeReason, pairingReason, type Reason, requestReason, WAITS } from "../session/reasons"
import { NotAllowedError, NotServedError, SessionLink } from "../session/session-link"
import { readWayIn, type WayIn } from "../session/way-in"
import { NotImplementedError, type WholeLink } from "../unit/unit-link"
import type { Bench, Service } from "./bench"
import { Broken, type Scene, Unclear } from "./scene"
import { pressed } from "./tests/hands"

/** Between two tries to be paired, and how long it is tried: a device makes a key for each pairing, and waits after failures. */
const AGAIN_MS = 3_000
const PAIRED_WITHIN_MS = 240_000

/** What somebody has said in sessions, and what they were answered: whoever listens on the bus has it, too. */
export interface Said {
    frame: Uint8Array
    answer: Uint8Array
}

/** The way to the device as the bench has it now: a device that begins anew, or is switched on, has another. */
function currentLink(bench: Bench): WholeLink {
    return new Proxy({} as WholeLink, {
        get(_, name) {
            const { link } = bench
            const value = Reflect.get(link, name, link)
            return typeof value === "function" ? value.bind(link) : value
        },
    })
}

/** What somebody in between makes of what is said. */
export interface Between {
    toDevice?(frame: Buffer): Buffer
    toHub?(answer: Buffer): Buffer
}

export class Somebody {
    /** Whoever is between them and the device; nobody if left out. */
    between: Between = {}
    /** What their hub keeps: whoever has that is them. */
    readonly session: MemorySession
    readonly said: Said[] = []
    /** The device, for them. */
    readonly link: WholeLink
    readonly #bench: Bench
    readonly #unit: PairedUnit

    /** @param session that they have had before; none if left out */
    static async of(
        { bench, random }: Pick<Scene, "bench" | "random">,
        session = new MemorySession(),
    ): Promise<Somebody> {
        const link = currentLink(bench)
        let somebody: Somebody | undefined
        const way: SessionWay = {
            wait: ms => link.wait(ms),
            async call(command, values) {
                const { said = [], between = {} } = somebody ?? {}
                const sent = Buffer.from(values?.frame as Uint8Array)
                const frame = between.toDevice?.(sent) ?? sent
                const report = await link.call(command, { frame })
                const heard = Buffer.from(report.answer as Uint8Array)
                said.push({ frame, answer: heard })
                return { ...report, answer: between.toHub?.(heard) ?? heard }
            },
        }
        const draw = (target: Buffer) => target.set(random(target.length))
        somebody = new Somebody(bench, session, await PairedUnit.of(way, session, { draw }))
        return somebody
    }

    private constructor(bench: Bench, session: MemorySession, unit: PairedUnit) {
        this.#bench = bench
        this.session = session
        this.#unit = unit
        this.link = new SessionLink(currentLink(bench), unit)
    }

    /** Proves a label or an invitation, as soon as the device can hear of it. @returns `None` or the name of the reason of docs/session.md */
    async pair(wayIn: WayIn, waitsFor: ReadonlySet<string> = WAITS_BY_ITSELF): Promise<string> {
        for (let waitedMs = 0; ; waitedMs += AGAIN_MS) {
            const end = await this.#unit.pair(wayIn)
            const reason = end.refusal === 0 ? "None" : pairingReason(end).name
            if (!waitsFor.has(reason) || waitedMs >= PAIRED_WITHIN_MS) return reason
            await this.#bench.link.wait(AGAIN_MS)
        }
    }

    /** @returns the report, or in it alone why there is none: `NotAllowed` to somebody known, or by what the device knows nobody */
    async ask(
        service: Service,
        command: string,
        values: Record<string, FieldValue> = {},
    ): Promise<Record<string, FieldValue>> {
        return await reported(() =>
            service === "domovoi" ? this.link.call(command, values) : this.link.callOf(service, command, values),
        )
    }

    /** Asks for a resource as it is. @returns the name of what the device has sealed, or of the reason why there is nothing */
    async request(code: CoapCode, path: string, payload = new Uint8Array(0)): Promise<string> {
        const answered = await this.#unit.ask(code, path, payload)
        return (answered.response ? codeReason(answered.response.code) : requestReason(answered)).name
    }

    /** @returns what whoever is to come types in, or the name of the reason */
    async invite(role: RoleName): Promise<WayIn | string> {
        const told = await people(this.#unit).invite("UNIT", role)
        return "text" in told ? readWayIn(told.text) : nameOf(told)
    }

    /** @returns who is known, or the name of the reason */
    async people(): Promise<Person[] | string> {
        const told = await people(this.#unit).list()
        return "list" in told ? told.list : nameOf(told)
    }

    /** @returns `None` or the name of the reason */
    async remove(place: number): Promise<string> {
        const told = await people(this.#unit).remove(place)
        return "name" in told ? nameOf(told) : "None"
    }

    /** @returns the secret of all their keys that are on record now @throws Unclear if there is none */
    async keys(): Promise<Buffer> {
        const records: KudosRecord[] = []
        for (const name of HUB_RECORDS) {
            const bytes = await this.session.get(name)
            const record = bytes && decodeRecord(bytes)
            if (record) records.push(record)
        }
        const newest = records.sort((one, other) => other.epoch - one.epoch)[0]
        if (!newest) throw new Unclear("somebody has no keys")
        return Buffer.from(newest.keys.masterSecret)
    }
}

/** @returns the place of the one who is known in this role @throws Unclear if there is none, or the list is refused */
export async function placeOf(by: Somebody, role: RoleName): Promise<number> {
    const known = await by.people()
    const one = typeof known === "string" ? undefined : known.find(person => person.role === role)
    if (!one) throw new Unclear(`no ${role} among those who are known: ${JSON.stringify(known)}`)
    return one.place
}

/** What passes by itself, and what a press passes. */
const WAITS_BY_ITSELF: ReadonlySet<string> = new Set([...WAITS].filter(name => name !== "NobodyThere"))

/** A refusal by role has one name, in whichever way a device says it. */
const nameOf = ({ name }: Reason): string => (name === "Forbidden" ? "NotAllowed" : name)

/** @returns the report, or in it alone why there is none @throws LinkError if nothing is answered */
export async function reported(ask: () => Promise<Record<string, FieldValue>>): Promise<Record<string, FieldValue>> {
    try {
        return await ask()
    } catch (error) {
        if (error instanceof NotAllowedError) return { refusal: "NotAllowed" }
        if (error instanceof NotServedError && error.reason.name !== "NoAnswer") return { refusal: error.reason.name }
        if (error instanceof NotImplementedError) return { refusal: NOT_IMPLEMENTED }
        throw error
    }
}

/** What whoever is in no session is answered, once somebody is known. */
export const NOT_IMPLEMENTED = "not implemented"

/** The secret of the device's label. */
export async function labelOf(bench: Bench): Promise<WayIn> {
    return readWayIn((await bench.label()).code)
}

/** Somebody has a hand on the device and proves what lets them in. @returns `None` or the name of the reason */
export async function pairedByHand(scene: Scene, somebody: Somebody, wayIn: WayIn): Promise<string> {
    await pressed(scene)
    for (let presses = 1; ; presses++) {
        const reason = await somebody.pair(wayIn)
        scene.note("paired", { reason })
        // The key took longer than a press says that somebody is there; or why it is refused was lost on the way, which is told once.
        if ((reason !== "NobodyThere" && reason !== "NoAnswer") || presses === MOST_PRESSES) return reason
        await pressed(scene)
    }
}
const MOST_PRESSES = 4

/** Whoever has the label and a hand on the button becomes the first owner. @throws Broken if not */
export async function owner(scene: Scene): Promise<Somebody> {
    const somebody = await Somebody.of(scene)
    const reason = await pairedByHand(scene, somebody, await labelOf(scene.bench))
    if (reason !== "None") throw new Broken("whoever has label and button of a new device becomes its owner", reason)
    return somebody
}

/** Somebody comes by an invitation of the owner's. @throws Broken if they do not get in */
export async function guest(scene: Scene, by: Somebody, role: RoleName): Promise<Somebody> {
    const invitation = await by.invite(role)
    if (typeof invitation === "string") throw new Broken(`the owner invites ${role}`, invitation)
    const somebody = await Somebody.of(scene)
    const reason = await pairedByHand(scene, somebody, invitation)
    if (reason !== "None") throw new Broken(`whoever is invited as ${role} is let in`, reason)
    return somebody
}

/** Somebody who was let in as family, and was removed again. @throws Broken if one of both is refused */
export async function removed(scene: Scene, by: Somebody): Promise<Somebody> {
    const somebody = await guest(scene, by, "family")
    const known = await by.people()
    const newest = typeof known === "string" ? undefined : known.findLast(({ role }) => role === "family")
    if (!newest) throw new Unclear("whoever was let in is not among those who are known")
    const reason = await by.remove(newest.place)
    if (reason !== "None") throw new Broken("the owner removes somebody", reason)
    return somebody
}

/** Says something to the device, whoever has said it before. @returns what it answers: a name of CoAP, `sealed`, or `nothing` */
export async function said({ link }: Pick<Bench, "link">, frame: Uint8Array): Promise<string> {
    const { answer } = await link.call("exchange", { frame })
    const { message } = readMessage(Buffer.from(answer as Uint8Array))
    if (!message) return "nothing"
    return isSealed(message) ? "sealed" : codeReason(message.code).name
}

export function isSealed({ options }: CoapMessage): boolean {
    return optionValue(options, CoapOptionNumber.Oscore) !== undefined
}
