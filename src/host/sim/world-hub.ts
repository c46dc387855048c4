import { JacdacHost } from "../../../simulators/bus/jacdac-host"
import { deviceIdOf } from "../../../simulators/bus/server"
import { inJson } from "../../../simulators/bus/service-spec"
import { US_PER_MS } from "../../../simulators/clock"
import { Random } from "../../../simulators/random"
import type { Json } from "../../../simulators/trace"
import type {
    CallErrand,
    Errand,
    Hub,
    PairErrand,
    ReplayErrand,
    UpdateErrand,
    Visit,
} from "../../../simulators/world/hub"
import { Standing } from "../../core/session/device/household"
import { seededBytes } from "../identity/random-bytes"
import { MemorySession } from "../session/kept-session"
import { PairedUnit, type SessionWay } from "../session/paired-unit"
import { people } from "../session/people"
import { pairingReason, type Reason, WAITS } from "../session/reasons"
import { NotServedError, SessionLink } from "../session/session-link"
import { readWayIn, type WayIn } from "../session/way-in"
import { DomovoiClient } from "../unit/domovoi-client"
import { START_MS } from "../unit/patience"
import { SERVICES, type ServiceName } from "../unit/service-specs"
import { simulatedPairingSecret, simulatedSerial, simulatedTrust } from "../unit/simulated-factory"
import { LinkError, type WholeLink } from "../unit/unit-link"
import { MemoryJournal } from "../update/journal"
import type { PackageParts } from "../update/package-parts"
import { updateUnit } from "../update/update-unit"
import { Overheard } from "./overheard"
import { Turns } from "./turns"

/** On a bus: the host that brings updates, and whoever says again what was overheard. */
const HUB = { name: "hub", deviceId: "d0d0d0d0d0d0d0d0" }
const STRANGER = { name: "stranger", deviceId: deviceIdOf("stranger") }
/** The date in every simulated home: the certificates of simulated units are good. */
const NOW = new Date("2026-02-01T00:00:00Z")
/** Between two tries to be paired, as `domovoi pair` has it, in milliseconds. */
const AGAIN_MS = 3_000
/** Of a pairing that a device did not answer, or of somebody who was never paired. */
const NO_ANSWER: Reason = { name: "NoAnswer", words: "" }
const NO_SESSION: Reason = { name: "NoSession", words: "" }

/**
 * The hosts of a simulated home: they do what `domovoi pair`, `domovoi update --yes` and an app do, and keep the sessions of people in memory. Each person
 * does one thing at a time, and draws the same numbers in every run.
 */
export class WorldHub implements Hub {
    readonly #packages: ReadonlyMap<string, PackageParts>
    readonly #journal = new MemoryJournal()
    readonly #random = seededBytes("hub")
    readonly #draws = new Map<string, Random>()
    /** By unit, and then by person, in the order in which they were paired. */
    readonly #sessions = new Map<string, Map<string, MemorySession>>()
    readonly #overheard = new Overheard()
    readonly #turns = new Turns()

    /** @param packages by their names in the world */
    constructor(packages: ReadonlyMap<string, PackageParts>) {
        this.#packages = packages
    }

    get busy(): boolean {
        return this.#turns.busy
    }

    async run(errand: Errand, visit: Visit): Promise<Record<string, Json>> {
        switch (errand.kind) {
            case "update":
                return await this.#turns.inTurn(HUB.name, () => this.#update(errand, visit))
            case "replay":
                return await this.#turns.inTurn(STRANGER.name, () => this.#replay(errand, visit))
            case "pair": {
                const untilUs = visit.clock.nowUs + errand.forUs
                const { refused, reason } = await this.#asPerson(errand, () => this.#pair(errand, visit, untilUs))
                return { paired: !refused, reason }
            }
            case "call":
                return await this.#asPerson(errand, () => this.#call(errand, visit))
        }
    }

    #asPerson<T>({ session }: PairErrand | CallErrand, work: () => Promise<T>): Promise<T> {
        return this.#turns.inTurn(`person ${session}`, work)
    }

    async #pair({ session: name, wayIn: kind }: PairErrand, visit: Visit, untilUs: number) {
        const not = ({ name }: Reason) => ({ refused: true, reason: name })
        return await this.#at(
            visit,
            hostOf(name),
            async link => {
                const wayIn = await this.#wayIn(kind, visit)
                if ("name" in wayIn) return not(wayIn)
                const kept = new MemorySession()
                const unit = await this.#unitOf(link, kept, visit, name)
                for (;;) {
                    const end = await unit.pair(wayIn)
                    if (end.refusal === 0) break
                    const reason = pairingReason(end)
                    if (!WAITS.has(reason.name) || visit.clock.nowUs + AGAIN_MS * US_PER_MS > untilUs)
                        return not(reason)
                    await link.wait(AGAIN_MS)
                }
                const known = this.#sessions.get(visit.chipId) ?? new Map()
                this.#sessions.set(visit.chipId, known.set(name, kept))
                return { refused: false, reason: "None" }
            },
            () => not(NO_ANSWER),
        )
    }

    /** What somebody has to be paired by. An invitation is made by whoever invites, on their own phone. */
    async #wayIn(kind: PairErrand["wayIn"], visit: Visit): Promise<WayIn | Reason> {
        const serial = simulatedSerial(visit.chipId)
        if (kind.kind !== "invitation") {
            const secret = simulatedPairingSecret(kind.kind === "label" ? serial : `not ${serial}`)
            return { standing: Standing.ByLabel, secret: Buffer.from(secret) }
        }
        const { by, role } = kind
        return await this.#turns.waitFor(
            this.#turns.inTurn(`person ${by}`, async () => {
                const kept = this.#sessions.get(visit.chipId)?.get(by)
                if (!kept) return NO_SESSION
                const told = await this.#at(
                    visit,
                    hostOf(by),
                    async link => await people(await this.#unitOf(link, kept, visit, by)).invite(serial, role),
                    () => NO_ANSWER,
                )
                return "text" in told ? readWayIn(told.text) : told
            }),
        )
    }

    async #call({ session: name, service, command, values }: CallErrand, visit: Visit): Promise<Record<string, Json>> {
        const kept = this.#sessions.get(visit.chipId)?.get(name)
        if (!kept) return { command, answered: NO_SESSION.name }
        const answered = await this.#at<Json>(
            visit,
            hostOf(name),
            async link => {
                const session = new SessionLink(link, await this.#unitOf(link, kept, visit, name))
                const of = nameOf(service.classIdentifier)
                try {
                    const report =
                        of === "domovoi" ? session.call(command, values) : session.callOf(of, command, values)
                    return inJson(await report)
                } catch (error) {
                    if (error instanceof NotServedError) return error.reason.name
                    throw error
                }
            },
            () => NO_ANSWER.name,
        )
        return { command, answered }
    }

    async #replay({ session: name }: ReplayErrand, visit: Visit): Promise<Record<string, Json>> {
        const replayed = await this.#at<Json>(
            visit,
            STRANGER,
            async link => await this.#overheard.sayAgain(link, visit.chipId, name),
            () => NO_ANSWER.name,
        )
        return { replayed }
    }

    async #update({ package: packageName, session: as }: UpdateErrand, visit: Visit): Promise<Record<string, Json>> {
        const known = this.#sessions.get(visit.chipId)
        const name = as ?? known?.keys().next().value
        const kept = name === undefined ? undefined : known?.get(name)
        if (as !== undefined && !kept) return { outcome: "interrupted", detail: NO_SESSION.name }
        const bring = (link: WholeLink) => this.#bring(link, packageName)
        if (name === undefined || !kept) return await this.#at(visit, HUB, bring, interrupted)
        const inside = async (link: WholeLink) =>
            await bring(new SessionLink(link, await this.#unitOf(link, kept, visit, name)))
        return await this.#turns.waitFor(
            this.#turns.inTurn(`person ${name}`, () => this.#at(visit, HUB, inside, interrupted)),
        )
    }

    async #bring(link: WholeLink, packageName: string): Promise<Record<string, Json>> {
        const { outcome, refusal } = await updateUnit({
            link,
            parts: this.#packages.get(packageName)!,
            policy: { ...(await simulatedTrust()), now: NOW },
            journal: this.#journal,
            random: this.#random,
            consent: true,
        })
        return refusal === undefined ? { outcome } : { outcome, refusal }
    }

    /** Goes to a device with a host of its own. @param silent what comes of it if the device does not answer */
    async #at<T>(
        { chipId, bus, clock }: Visit,
        as: { name: string; deviceId: string },
        ask: (link: WholeLink) => Promise<T>,
        silent: (detail: string) => T,
    ): Promise<T> {
        const host = new JacdacHost({ ...as, bus, clock })
        try {
            const link = this.#linkTo(new DomovoiClient(host.jdbus, chipId))
            // Who brings an update comes to devices without a program, too.
            if (as !== HUB) await link.find(START_MS)
            return await ask(link)
        } catch (error) {
            if (error instanceof LinkError) return silent(error.message)
            throw error
        } finally {
            await host.detach()
        }
    }

    async #unitOf(link: WholeLink, kept: MemorySession, { chipId }: Visit, name: string): Promise<PairedUnit> {
        const way: SessionWay = this.#overheard.hearing(link, chipId, name)
        const random = this.#draws.get(name) ?? new Random(`hub/${name}`)
        this.#draws.set(name, random)
        return await PairedUnit.of(way, kept, random)
    }

    #linkTo(client: DomovoiClient): WholeLink {
        const counted =
            <A extends unknown[], R>(ask: (...request: A) => Promise<R>) =>
            async (...request: A): Promise<R> =>
                await this.#turns.waitFor(ask.apply(client, request))
        return {
            get: counted(client.get),
            call: counted(client.call),
            callOf: counted(client.callOf),
            roles: counted(client.roles),
            programSha256: counted(client.programSha256),
            chip: counted(client.chip),
            install: counted(client.install),
            find: counted(client.find),
            wait: counted(client.wait),
            close: counted(client.close),
        }
    }
}

function hostOf(person: string): { name: string; deviceId: string } {
    const name = `phone of ${person}`
    return { name, deviceId: deviceIdOf(name) }
}

function interrupted(detail: string): Record<string, Json> {
    return { outcome: "interrupted", detail }
}

function nameOf(classIdentifier: number): ServiceName {
    const names = Object.keys(SERVICES) as ServiceName[]
    return names.find(name => SERVICES[name].classIdentifier === classIdentifier)!
}
