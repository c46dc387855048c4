import type { FieldValue } from "../../../simulators/bus/service-spec"
import type { Json } from "../../../simulators/trace"

/** A device, as a host reaches it: through the commands and registers of services/domovoi.md. */
export interface UnitLink {
    /** Hears about once a second what the unit is waited for. */
    readonly waiting?: Waiting
    /** @throws LinkError */
    get(register: string): Promise<Json>
    /**
     * Sends a command and waits for its report. A command that got no answer may have been carried out. One that was asked again, and answers that it
     * was carried out before, has `refusal` None and `wasAskedAgain`: it cannot be told whether by the first asking.
     * @throws LinkError
     */
    call(command: string, values?: Record<string, FieldValue>): Promise<Record<string, FieldValue>>
    /** SHA-256 of the installed program in lowercase hex, as the runtime measures it. @throws LinkError */
    programSha256(): Promise<string>
    /** Lets the device's time go on. */
    wait(ms: number): Promise<void>
    close(): Promise<void>
}

/** A device whose program can be replaced. */
export interface InstallLink extends UnitLink {
    /** Identifier of the chip, 16 hex digits: it is known without a program, too. */
    chip(): Promise<string>
    /**
     * Hands a program to the runtime, which stops the one that runs.
     * @param onProgress hears the share that is done, from 0 to 1
     * @throws LinkError; then there may be no program on the device
     */
    install(image: Uint8Array, onProgress: (share: number) => void): Promise<void>
    /** Waits until the device's program answers, at most so long. @throws LinkError */
    find(timeoutMs: number): Promise<void>
}

/** A module that a program asks for. */
export interface Role {
    name: string
    /** Of the Jacdac catalogue, or of `services/`. */
    serviceClass: number
    isBound: boolean
}

/** Services of a Domovoi program beside `domovoi`, by the names of `services/`. */
export type OtherService = "owner" | "privacy"

/** A device that may be asked for all that it offers, and for what its runtime knows of the program. */
export interface WholeLink extends InstallLink {
    /** As `call`, for another service. @throws LinkError, also if the program has no such service */
    callOf(
        service: OtherService,
        command: string,
        values?: Record<string, FieldValue>,
    ): Promise<Record<string, FieldValue>>
    /** @throws LinkError */
    roles(): Promise<Role[]>
}

/** Hears what a unit is waited for, and for how long by now. */
export type Waiting = (what: string, waitedMs: number) => void

/** The device does not answer. */
export class LinkError extends Error {}

/** The device answers that it has no such thing, or not for strangers. */
export class NotImplementedError extends LinkError {}
