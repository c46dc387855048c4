import { programDeviceId } from "../../simulators/bus/frame"
import type { FieldValue } from "../../simulators/bus/service-spec"
import { CommandCaller } from "../../simulators/world/command-caller"
import type { SessionWay } from "../../src/host/session/paired-unit"
import { SERVICES, type ServiceName } from "../../src/host/unit/service-specs"
import { LinkError } from "../../src/host/unit/unit-link"
import type { Rig } from "./rig"

/** Time that a command may take, in seconds: an erased record takes 2 s, because the whole store is written over, and longer beside other work. */
const ANSWER_S = 10
/** That a message of a pairing may take: a valve agrees on a key meanwhile. */
const EXCHANGE_S = 90
const SLICE_S = 0.02

/** Hosts on one bus hear the same. */
const known = new WeakMap<Rig, Record<ServiceName, CommandCaller>>()

function callersOn(rig: Rig): Record<ServiceName, CommandCaller> {
    const callers = known.get(rig) ?? {
        owner: new CommandCaller(rig.bus, SERVICES.owner),
        privacy: new CommandCaller(rig.bus, SERVICES.privacy),
        domovoi: new CommandCaller(rig.bus, SERVICES.domovoi),
    }
    known.set(rig, callers)
    return callers
}

/** The bus of a rig, for somebody on it: the device's time goes on while they wait for an answer, and only then. */
export class RigWay implements SessionWay {
    /** How long an answer to a message of a session or of a pairing is waited for, in seconds. */
    exchangeS = EXCHANGE_S
    /** Told again and again while an answer is waited for. */
    whileWaiting: () => void = () => {}
    /** Takes frames of sessions in place of the bus, for which no answer comes then. */
    hold: ((frame: Uint8Array) => void) | undefined
    readonly #rig: Rig
    readonly #device: string
    readonly #callers: Record<ServiceName, CommandCaller>
    /** Of each command, by whoever waits for it. */
    readonly #heard = new Map<string, (report: Record<string, FieldValue>) => void>()

    constructor(rig: Rig) {
        this.#rig = rig
        this.#device = programDeviceId(rig.board.deviceId)
        this.#callers = callersOn(rig)
    }

    async call(command: string, values: Record<string, FieldValue> = {}): Promise<Record<string, FieldValue>> {
        if (this.hold && command === "exchange") {
            this.hold(values.frame as Uint8Array)
            throw new LinkError("held back")
        }
        const report = this.ask("domovoi", command, values)
        if (!report) throw new LinkError(`${command}: no answer`)
        return report
    }

    /** Sends a command to whoever hears it. @returns the report, or undefined if there was none */
    ask(
        service: ServiceName,
        command: string,
        values: Record<string, FieldValue>,
    ): Record<string, FieldValue> | undefined {
        let answer: Record<string, FieldValue> | undefined
        this.#listen(service, command, report => {
            answer = report
        })
        this.send(service, command, values)
        const limit = command === "exchange" ? this.exchangeS : ANSWER_S
        for (let waited = 0; waited < limit && answer === undefined; waited += SLICE_S) {
            this.#rig.run(SLICE_S)
            this.whileWaiting()
        }
        return answer
    }

    /** Sends a command as it is, and does not wait. */
    send(service: ServiceName, command: string, values: Record<string, FieldValue>): void {
        this.#callers[service].call(this.#device, command, values)
    }

    /** @param hear receives every later report to that command, whoever sent it */
    listen(service: ServiceName, command: string, hear: (report: Record<string, FieldValue>) => void): void {
        this.#callers[service].listen(this.#device, command, hear)
    }

    async wait(ms: number): Promise<void> {
        this.#rig.run(ms / 1000)
    }

    #listen(service: ServiceName, command: string, hear: (report: Record<string, FieldValue>) => void): void {
        const name = `${service}/${command}`
        if (!this.#heard.has(name)) this.listen(service, command, report => this.#heard.get(name)?.(report))
        this.#heard.set(name, hear)
    }
}
