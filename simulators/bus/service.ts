import { jacdac } from "./jacdac"

/** What a service needs of the device that serves it. All of it ends when the device loses its power. */
export interface ServiceHost {
    readonly nowUs: number
    /** Runs `callback` later, unless the device loses its power before. */
    after(delayUs: number, callback: () => void): void
    report(command: number, payload: Uint8Array): void
    /** Sends an event: at once and twice again, as Jacdac events do. */
    event(code: number, payload: Uint8Array): void
}

/** Values of a packet, as `jdpack` takes and `jdunpack` gives them. */
// biome-ignore lint/suspicious/noExplicitAny: jacdac-ts leaves the type of packed values open
export type Values = any[]

interface Register {
    format: string
    /** Undefined: there is nothing to answer now. */
    get: () => Values | undefined
    set?: (values: Values) => void
}

interface Command {
    /** A shorter payload is ignored. */
    minimumBytes: number
    format: string
    run: (values: Values) => void
}

const GET = 0x1000
const SET = 0x2000
const CODE_MASK = 0x0fff
const INSTANCE_NAME = 0x109
/** Longer than any number: a shorter payload is a number with its upper bytes left out. */
const ZEROS = new Uint8Array(8)

/** One service of a Jacdac device: registers and commands by code, with their formats as in the service's specification. */
export class Service {
    readonly #registers = new Map<number, Register>()
    readonly #commands = new Map<number, Command>()
    /** Undefined while the device has no power. */
    protected host: ServiceHost | undefined

    /** @param instanceName what is printed beside it on the device */
    constructor(
        readonly serviceClass: number,
        instanceName?: string,
    ) {
        if (instanceName !== undefined) this.register(INSTANCE_NAME, "s", () => [instanceName])
    }

    /**
     * Adds a register.
     * @param set left out for a register that cannot be written
     */
    register(code: number, format: string, get: Register["get"], set?: Register["set"]): this {
        this.#registers.set(code, { format, get, set })
        return this
    }

    /** Adds a command. */
    command(code: number, format: string, minimumBytes: number, run: Command["run"]): this {
        this.#commands.set(code, { format, minimumBytes, run })
        return this
    }

    /** The device gets its power. Subclasses put their volatile state to what it is after a reset. */
    start(host: ServiceHost): void {
        this.host = host
    }

    stop(): void {
        this.host = undefined
    }

    /** Sends the present value of a register, as if it had been asked for. */
    reportRegister(code: number): void {
        const { format, get } = this.#registers.get(code)!
        const values = get()
        if (values) this.report(GET | code, format, values)
    }

    /** Sends the report of a command. A service without power sends none. */
    report(command: number, format: string, values: Values): void {
        this.host?.report(command, jacdac.jdpack(format, values))
    }

    /** Sends an event. A service without power sends none. */
    event(code: number, format = "", values: Values = []): void {
        this.host?.event(code, format ? jacdac.jdpack(format, values) : new Uint8Array(0))
    }

    /** @returns false for a command that the service does not implement */
    handle(command: number, payload: Uint8Array): boolean {
        const action = this.#commands.get(command)
        if (action) {
            if (payload.length >= action.minimumBytes) action.run(jacdac.jdunpack(payload, action.format))
            return true
        }
        const code = command & CODE_MASK
        const register = this.#registers.get(code)
        if (register && command === (GET | code)) {
            this.reportRegister(code)
            return true
        }
        if (register?.set && command === (SET | code) && payload.length > 0) {
            register.set(jacdac.jdunpack(Buffer.concat([payload, ZEROS]), register.format))
            return true
        }
        return false
    }
}
