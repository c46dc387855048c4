import type { FieldValue } from "../../../simulators/bus/service-spec"
import { DOMOVOI_COMMANDS, OWNER_COMMANDS, PRIVACY_COMMANDS, rowOf } from "../../core/owner/commands"
import { CoapCode } from "../../core/session/coap-message"
import { saysDone } from "../unit/patience"
import { SERVICES, type ServiceName } from "../unit/service-specs"
import { LinkError, type OtherService, type Waiting, type WholeLink } from "../unit/unit-link"
import type { PairedUnit } from "./paired-unit"
import { codeReason, type Reason, requestReason } from "./reasons"

const COMMANDS = { domovoi: DOMOVOI_COMMANDS, owner: OWNER_COMMANDS, privacy: PRIVACY_COMMANDS }

/** The unit does not do what was asked for in a session. */
export class NotServedError extends LinkError {
    constructor(
        command: string,
        readonly reason: Reason,
    ) {
        super(`${command}: ${reason.words}`)
    }
}

/** It knows who asks, and does not do it for them. */
export class NotAllowedError extends NotServedError {}

/** Whether a command is served inside sessions alone, once somebody is known to the unit. */
export function takesSession(service: ServiceName, command: string): boolean {
    return rowOf(COMMANDS[service], SERVICES[service].commandCode(command)) >= 0
}

/** A unit, for somebody whom it knows: what it serves inside sessions it is asked for in theirs, and all else as anybody asks. */
export class SessionLink implements WholeLink {
    readonly waiting: Waiting | undefined
    readonly #link: WholeLink
    readonly #unit: PairedUnit

    constructor(link: WholeLink, unit: PairedUnit) {
        this.waiting = link.waiting
        this.#link = link
        this.#unit = unit
    }

    /** @throws NotAllowedError; LinkError */
    async call(command: string, values: Record<string, FieldValue> = {}): Promise<Record<string, FieldValue>> {
        return takesSession("domovoi", command)
            ? await this.#ask("domovoi", command, values)
            : await this.#link.call(command, values)
    }

    /** @throws NotAllowedError; LinkError */
    async callOf(
        service: OtherService,
        command: string,
        values: Record<string, FieldValue> = {},
    ): Promise<Record<string, FieldValue>> {
        return takesSession(service, command)
            ? await this.#ask(service, command, values)
            : await this.#link.callOf(service, command, values)
    }

    async #ask(
        service: ServiceName,
        command: string,
        values: Record<string, FieldValue>,
    ): Promise<Record<string, FieldValue>> {
        const spec = SERVICES[service]
        const payload = spec.encodeCommand(command, values)
        const answered = await this.#unit.ask(CoapCode.Post, pathOf(service, command), payload)
        const { response, wasAskedAgain } = answered
        if (!response) throw new NotServedError(command, requestReason(answered))
        const reason = codeReason(response.code)
        if (response.code === CoapCode.Forbidden) throw new NotAllowedError(command, reason)
        if (response.code !== CoapCode.Changed) {
            const words = `the unit answers ${reason.name}: its firmware is another`
            throw new NotServedError(command, { ...reason, words })
        }
        const report = spec.decodeReport(command, response.payload)
        return wasAskedAgain && saysDone(command, report.refusal)
            ? { ...report, refusal: "None", wasAskedAgain: true }
            : report
    }

    get(register: string) {
        return this.#link.get(register)
    }

    programSha256() {
        return this.#link.programSha256()
    }

    chip() {
        return this.#link.chip()
    }

    install(image: Uint8Array, onProgress: (share: number) => void) {
        return this.#link.install(image, onProgress)
    }

    find(timeoutMs: number) {
        return this.#link.find(timeoutMs)
    }

    roles() {
        return this.#link.roles()
    }

    wait(ms: number) {
        return this.#link.wait(ms)
    }

    close() {
        return this.#link.close()
    }
}

/** By the names that DeviceScript has for service and command. */
function pathOf(service: ServiceName, command: string): string {
    const inCamelCase = command.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase())
    return `${service[0].toUpperCase()}${service.slice(1)}/${inCamelCase}`
}
