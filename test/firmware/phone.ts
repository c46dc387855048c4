import { readFileSync } from "node:fs"
import type { BoardState } from "../../simulators/board/board"
import { programDeviceId } from "../../simulators/bus/frame"
import { type FieldValue, ServiceSpec } from "../../simulators/bus/service-spec"
import { CommandCaller, lacksChallenge } from "../../simulators/world/command-caller"
import type { Rig } from "./rig"

/** Whose phone it is. */
export const ANNA = Buffer.from("annaanna")
export const BEN = Buffer.from("benbenbe")
export const STRANGER = Buffer.from("stranger")

/** Time that a command may take, in seconds: an erased record takes 2 s, because the whole store is written over, and longer beside other work. */
const ANSWER_S = 10

const specOf = (name: Service) =>
    new ServiceSpec(readFileSync(new URL(`../../services/${name}.md`, import.meta.url), "utf8"))
const specs = { owner: specOf("owner"), privacy: specOf("privacy"), domovoi: specOf("domovoi") }

/** A new doorbell gets an owner, who agrees to all that it asks. @returns what it keeps when it is switched off again */
export function agreeToEverything(doorbell: Rig): BoardState {
    const phone = new Phone(doorbell)
    doorbell.boot()
    phone.touch("release")
    const refusals = [phone.give(STRANGER, "Owner", ANNA), ...[0, 1].map(use => phone.answer(ANNA, use, "Yes"))]
    if (refusals.join() !== "None,0,0") throw new Error(`refused: ${refusals}`)
    doorbell.board.powerOff()
    return doorbell.board.save()
}

type Service = "owner" | "privacy" | "domovoi"

/** A new gas valve gets an owner. @returns what it keeps when it is switched off again */
export function giveOwner(valve: Rig): BoardState {
    const phone = new Phone(valve)
    valve.boot()
    phone.touch("button")
    if (phone.give(STRANGER, "Owner", ANNA) !== "None") throw new Error("refused")
    valve.board.powerOff()
    return valve.board.save()
}

/** Phones on one bus hear the same. */
const known = new WeakMap<Rig, Record<Service, CommandCaller>>()

function callersOn(rig: Rig): Record<Service, CommandCaller> {
    const callers = known.get(rig) ?? {
        owner: new CommandCaller(rig.bus, specs.owner),
        privacy: new CommandCaller(rig.bus, specs.privacy),
        domovoi: new CommandCaller(rig.bus, specs.domovoi),
    }
    known.set(rig, callers)
    return callers
}

/** What people hold in their hands to talk to a device: the commands of services/owner.md and services/privacy.md. */
export class Phone {
    readonly #rig: Rig
    readonly #callers: Record<Service, CommandCaller>
    readonly #device: string
    /** The command that was sent last, and the report to it. */
    #asked: string | undefined
    #report: Record<string, FieldValue> | undefined
    /** Drawn for the next command. */
    #prepared: Record<string, FieldValue> | undefined

    constructor(rig: Rig) {
        this.#rig = rig
        this.#device = programDeviceId(rig.board.deviceId)
        this.#callers = callersOn(rig)
        for (const command of ["challenge", "give", "disable"]) this.#listen("owner", command)
        this.#listen("domovoi", "answer_update")
        for (const command of ["describe", "read_notice", "answer", "read_kept"]) this.#listen("privacy", command)
    }

    /**
     * Sends a command. One that needs a challenge gets a fresh one, or the one that was prepared, unless `values` have one.
     * @returns the report, or undefined if there was none
     */
    ask(service: Service, command: string, values: Record<string, FieldValue>): Record<string, FieldValue> | undefined {
        if (lacksChallenge(specs[service], command, values)) {
            const challenge = this.#prepared ?? this.draw()
            this.#prepared = undefined
            // A device that draws none is asked for nothing.
            return challenge && this.ask(service, command, { ...challenge, ...values })
        }
        this.#report = undefined
        this.#asked = command
        this.send(service, command, values)
        for (let waited = 0; waited < ANSWER_S && this.#report === undefined; waited += 0.02) this.#rig.run(0.02)
        return this.#report
    }

    /** A challenge that the device has just drawn. */
    draw(): Record<string, FieldValue> | undefined {
        return this.ask("owner", "challenge", {})
    }

    /** Draws the challenge for the next command now, and not when it is sent. */
    prepare(): void {
        this.#prepared = this.draw()
    }

    /** Whoever holds the phone is about to send a command, and presses the device's button. */
    touch(button: string): void {
        this.prepare()
        this.#rig.press(button)
    }

    /** Anna has her hand on the button, and becomes the owner of a new device. */
    claim(button: string): void {
        this.touch(button)
        if (this.give(STRANGER, "Owner", ANNA) !== "None") throw new Error("refused")
    }

    give(by: Buffer, role: string, credential: Buffer) {
        return this.ask("owner", "give", { role, credentials: Buffer.concat([by, credential]) })?.refusal
    }

    disable(by: Buffer, disabled: boolean) {
        return this.ask("owner", "disable", { by, disabled })?.refusal
    }

    answer(by: Buffer, use: number, answer: string, version = 1) {
        return this.ask("privacy", "answer", { by, use, version, answer })?.refusal
    }

    answerUpdate(by: Buffer) {
        const digest = Buffer.concat([Buffer.alloc(32), by])
        return this.ask("domovoi", "answer_update", { answer: "Yes", digest })?.refusal
    }

    /** Sends a command as it is, and does not wait. */
    send(service: Service, command: string, values: Record<string, FieldValue>): void {
        this.#callers[service].call(this.#device, command, values)
    }

    /** @param hear receives every later report to that command, whoever sent it */
    listen(service: Service, command: string, hear: (report: Record<string, FieldValue>) => void): void {
        this.#callers[service].listen(this.#device, command, hear)
    }

    #listen(service: Service, command: string): void {
        this.listen(service, command, report => {
            if (command === this.#asked) this.#report = report
        })
    }
}
