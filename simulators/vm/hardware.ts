/** What a VM needs from the board it runs on. Each call happens at the VM's own time, `Vm.nowUs`. */
export interface Hardware {
    /** The board's clock, in microseconds. It stands still during a call of the VM; the VM adds the time its own work takes. */
    readonly nowUs: number
    fillRandom(target: Uint8Array): void
    /** A Jacdac frame leaves the chip. The bytes are the receiver's to keep. */
    sendFrame(frame: Uint8Array): void
    /** A line of the runtime's own log. */
    log(line: string): void
    /** A program ended by `code` (60001 endless loop, 60004 out of heap, 60005 unhandled exception …; 0 restart asked). */
    programPanicked(code: number): void
    /** @throws PowerLost, in mid-operation, when the power is cut there */
    flashProgram(offset: number, bytes: Uint8Array): void
    /** @throws PowerLost, in mid-operation, when the power is cut there */
    flashErase(offset: number): void
    /** Flash as it is now, to be mirrored into the VM's memory after an operation. */
    readonly flash: Uint8Array
    /** Every pin takes its start level: at boot, and again whenever a program starts. */
    gpioInit(programStarts: boolean): void
    gpioSetMode(gpio: number, mode: number): void
    /** Level at an input pin, 0 or 1. */
    gpioRead(gpio: number): number
    /**
     * One I2C transaction. `read` is to be filled.
     * @returns false if no target acknowledged
     * @throws RuntimeHung when a line is held low: the runtime then waits for ever
     */
    i2c(address: number, write: Uint8Array, read: Uint8Array): boolean
    /**
     * Whether the runtime may take up the program in its flash: at `boot` its hardware configuration, at `start` the program. If not, it
     * goes on as if there were none.
     */
    admitsProgram(image: Uint8Array, moment: ProgramMoment): boolean
    /** The hardware configuration inside the program's image, when the runtime takes it up. */
    userConfig(config: Uint8Array | undefined): void
    readonly sockets: Sockets
}

export type ProgramMoment = "boot" | "start"

/** The one TCP or TLS client socket a program may have open. */
export interface Sockets {
    /** Whether this board has a network at all. */
    readonly available: boolean
    /** @param emit to be called later, never from inside `open` */
    open(host: string, port: number, tls: boolean, emit: (event: SocketEvent) => void): void
    write(bytes: Uint8Array): void
    close(): void
}

export type SocketEvent =
    | { kind: "open" }
    | { kind: "close" }
    | { kind: "error"; message: string }
    | { kind: "message"; bytes: Uint8Array }

/** A board without a network. */
export const NO_SOCKETS: Sockets = { available: false, open() {}, write() {}, close() {} }

/** Pin modes of the Jacdac GPIO service, as `setMode` takes them. */
export const PinMode = {
    Off: 0x00,
    OffPullUp: 0x10,
    OffPullDown: 0x20,
    Input: 0x01,
    InputPullUp: 0x11,
    InputPullDown: 0x21,
    Output: 0x02,
    OutputHigh: 0x12,
    OutputLow: 0x22,
} as const

const KNOWN_MODES: ReadonlySet<number> = new Set(Object.values(PinMode))

export const isKnownPinMode = (mode: number) => KNOWN_MODES.has(mode)
export const isOutputMode = (mode: number) => (mode & 0x0f) === PinMode.Output
export const isInputMode = (mode: number) => (mode & 0x0f) === PinMode.Input

/** Thrown through the VM when the chip resets itself: `reboot()` in a program, or a program with another hardware configuration. */
export class ChipReset extends Error {}
/** Thrown through the VM when the C code would loop for ever: nothing but a loss of power ends that. */
export class RuntimeHung extends Error {}
/** Thrown through the VM when an assertion of the C code failed. */
export class RuntimePanic extends Error {}
