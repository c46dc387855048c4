import { createHash } from "node:crypto"
import type { BoardState } from "../../simulators/board/board"
import type { FieldValue } from "../../simulators/bus/service-spec"
import { CoapCode } from "../../src/core/session/coap-message"
import { Standing } from "../../src/core/session/device/household"
import { MemorySession } from "../../src/host/session/kept-session"
import { PairedUnit } from "../../src/host/session/paired-unit"
import { people, type RoleName } from "../../src/host/session/people"
import { codeReason, pairingReason, requestReason } from "../../src/host/session/reasons"
import { NotAllowedError, SessionLink } from "../../src/host/session/session-link"
import { readWayIn, type WayIn } from "../../src/host/session/way-in"
import type { ServiceName } from "../../src/host/unit/service-specs"
import { simulatedPairingSecret, simulatedSerial } from "../../src/host/unit/simulated-factory"
import { LinkError, type WholeLink } from "../../src/host/unit/unit-link"
import type { Rig } from "./rig"
import { RigWay } from "./rig-way"

/** By then a device has made its key for a pairing: a valve takes half as long where its bus is quiet, a doorbell a second. */
const KEY_S = 60
const TRIES = 30

/** The secret on the label of what `rig` makes. */
export function labelOf(rig: Rig): WayIn {
    const secret = Buffer.from(simulatedPairingSecret(simulatedSerial(rig.board.deviceId)))
    return { standing: Standing.ByLabel, secret }
}

/** A new doorbell gets an owner, who agrees to all that it asks. @returns the owner's phone; and what it keeps when it is switched off again */
export async function agreeToEverything(doorbell: Rig): Promise<{ kept: BoardState; anna: MemorySession }> {
    const anna = new Phone(doorbell, "Anna")
    doorbell.boot()
    await anna.claim("release")
    const refusals = [await anna.answer(0, "Yes"), await anna.answer(1, "Yes")]
    if (refusals.join() !== "0,0") throw new Error(`refused: ${refusals}`)
    doorbell.board.powerOff()
    return { kept: doorbell.board.save(), anna: anna.session }
}

/** A new gas valve gets an owner. @returns the owner's phone; and what the valve keeps when it is switched off again */
export async function giveOwner(valve: Rig): Promise<{ kept: BoardState; anna: MemorySession }> {
    const anna = new Phone(valve, "Anna")
    valve.boot()
    await anna.claim("button")
    valve.board.powerOff()
    return { kept: valve.board.save(), anna: anna.session }
}

/** What somebody holds in their hands to talk to a device: with a session of their own, once they are paired. */
export class Phone {
    readonly way: RigWay
    readonly session: MemorySession
    readonly #rig: Rig
    readonly #name: string
    #unit: PairedUnit | undefined

    /** @param session that they have had before, if they are paired */
    constructor(rig: Rig, name: string, session = new MemorySession()) {
        this.#rig = rig
        this.#name = name
        this.session = session
        this.way = new RigWay(rig)
    }

    /** Whoever holds the phone has their hand on the device's button, and becomes the owner of a new device. */
    async claim(button: string): Promise<void> {
        const refusal = await this.pair(labelOf(this.#rig), button)
        if (refusal !== "None") throw new Error(`refused: ${refusal}`)
    }

    /**
     * Proves a label or an invitation, as soon as the device has its key for the pairing.
     * @param button is pressed before, once
     * @returns `None` or the name of the reason
     */
    async pair(wayIn: WayIn, button?: string): Promise<string> {
        if (button) this.#rig.press(button)
        for (let tries = 0; ; tries++) {
            const end = await (await this.#paired()).pair(wayIn)
            const reason = end.refusal === 0 ? "None" : pairingReason(end).name
            if (reason !== "NoKeyYet" || tries === TRIES) return reason
            this.#rig.run(KEY_S / 10)
        }
    }

    /** Somebody comes by an invitation of whoever holds this phone, with their hand on the button. @returns their phone */
    async bring(name: string, role: RoleName, button: string): Promise<Phone> {
        const phone = new Phone(this.#rig, name)
        const refusal = await phone.pair(await this.invite(role), button)
        if (refusal !== "None") throw new Error(`refused: ${refusal}`)
        return phone
    }

    /** @returns what whoever is to come types in */
    async invite(role: RoleName): Promise<WayIn> {
        const told = await people(await this.#paired()).invite("UNIT-1", role)
        if (!("text" in told)) throw new Error(`refused: ${told.name}`)
        return readWayIn(told.text)
    }

    /** @returns `None` or the name of the reason */
    async remove(place: number): Promise<string> {
        const told = await people(await this.#paired()).remove(place)
        return "name" in told ? told.name : "None"
    }

    /** Whoever holds the phone is not to be known any more. @returns `None` or the name of the reason */
    async leave(): Promise<string> {
        const told = await people(await this.#paired()).leave()
        return "name" in told ? told.name : "None"
    }

    /** @returns the list of who is known, or the name of the reason */
    async people() {
        const told = await people(await this.#paired()).list()
        return "list" in told ? told.list : told.name
    }

    /** Sends a command inside the session. @returns the report, or undefined if there was none; `NotAllowed` if it is not for this person */
    async ask(
        service: ServiceName,
        command: string,
        values: Record<string, FieldValue> = {},
    ): Promise<Record<string, FieldValue> | undefined> {
        // What of a whole link is not asked for in a session nobody asks for here.
        const link = new SessionLink(this.way as unknown as WholeLink, await this.#paired())
        try {
            return service === "domovoi"
                ? await link.call(command, values)
                : await link.callOf(service, command, values)
        } catch (error) {
            if (error instanceof NotAllowedError) return { refusal: "NotAllowed" }
            if (error instanceof LinkError) return undefined
            throw error
        }
    }

    /** Seals a command for keys that are in force, and does not send it. @returns the frame that `send` takes; somebody else may have it, too */
    async seal(service: ServiceName, command: string, values: Record<string, FieldValue> = {}): Promise<Uint8Array> {
        const frames: Uint8Array[] = []
        this.way.hold = frame => frames.push(frame)
        await this.ask(service, command, values)
        this.way.hold = undefined
        if (frames.length !== 1) throw new Error(`${command}: the phone has no keys in force`)
        return frames[0]
    }

    /** Sends a frame of a session, and does not wait. */
    send(frame: Uint8Array): void {
        this.way.send("domovoi", "exchange", { frame })
    }

    /** Asks for a resource as it is. @returns the code that the device has sealed, or the reason why there is none */
    async post(path: string, payload: Uint8Array = new Uint8Array(0)): Promise<string> {
        const answered = await (await this.#paired()).ask(CoapCode.Post, path, payload)
        return answered.response ? codeReason(answered.response.code).name : requestReason(answered).name
    }

    /** Whoever holds the phone presses the device's button, and sends a command then. */
    touch(button: string): void {
        this.#rig.press(button)
    }

    async disable(disabled: boolean) {
        return (await this.ask("owner", "disable", { disabled }))?.refusal
    }

    async answer(use: number, answer: string, version = 1) {
        return (await this.ask("privacy", "answer", { use, version, answer }))?.refusal
    }

    async answerUpdate(answer = "Yes", digest: Uint8Array = Buffer.alloc(32)) {
        return (await this.ask("domovoi", "answer_update", { answer, digest }))?.refusal
    }

    /** What is kept for a use of data, or why it is not told. */
    async readKept(use: number) {
        return await this.ask("privacy", "read_kept", { use })
    }

    async #paired(): Promise<PairedUnit> {
        let drawn = 0
        // The same phone draws the same numbers in every run.
        const draw = (target: Buffer) => {
            for (let at = 0; at < target.length; at += 32)
                createHash("sha256").update(`${this.#name}/${drawn++}`).digest().copy(target, at)
        }
        this.#unit ??= await PairedUnit.of(this.way, this.session, { draw })
        return this.#unit
    }
}
