/**
 * Microchip ATECC608B secure element on I2C: P-256 keys that never leave it, two counters, a serial number. Written against the public
 * datasheets of the ATECC508A (DS20005927A, complete), whose command set it extends, and of the ATECC608A-TNGTLS (DS40002112B).
 */
import { z } from "zod"
import { US_PER_MS } from "../clock"
import { type PowerCut, PowerCutter } from "../power-cut"
import type { Json } from "../trace"
import { type Actions, action, actionWith, check, perform } from "./actions"
import { COMMANDS, type Command, type Engine, Refusal, Status } from "./atecc608/commands"
import { crc16, group } from "./atecc608/crc16"
import { ElementMemory, type ElementState } from "./atecc608/memory"
import type { I2cTarget, Part, PartContext } from "./part"

export type { ElementState } from "./atecc608/memory"
export { elementStateSchema } from "./atecc608/memory"

const ELEMENT_ADDRESS = 0x60

/** "AC Parameters": SDA low for so long wakes it (tWLO), and after so long it listens (tWHI). */
const WAKE_LOW_US = 60
const WAKE_DELAY_US = 1500
/** tWATCHDOG, shortest and longest: so long after it woke it falls asleep, whatever it is doing. */
const WATCHDOG_MS = [700, 1700] as const

/** First byte of a write. */
const WordAddress = { Reset: 0x00, Sleep: 0x01, Idle: 0x02, Command: 0x03 } as const
/** Count, opcode, mode, parameter, checksum. */
const SHORTEST_COMMAND_BYTES = 7
/** What it sends when there is nothing left to send. */
const NOTHING = 0xff

type State = "asleep" | "idle" | "awake"

/**
 * Actions: `unplug`, `plug`; `hold` (a line of the bus stays low: the controller waits for ever), `let-go`; `mute` (acknowledges nothing
 * and goes on otherwise), `unmute`; `hang` (what it begins from now on never ends), `unhang`; `corrupt` (one bit of each of the next N
 * answers); `refuse` (it does not carry the next command out, and answers it with this status); `doze` (its watchdog expires now); `move`
 * (it has another address, as a part from another factory does); `babble` (another part sits at its address: it acknowledges everything
 * and answers this byte over and over), `hush`.
 */
export class Atecc608 implements Part, I2cTarget {
    readonly kind = "atecc608"
    #address = ELEMENT_ADDRESS
    readonly #context: PartContext
    readonly #cutter = new PowerCutter()
    readonly #engine: Engine
    #powered = false
    #plugged = true
    #held = false
    #muted = false
    #hung = false
    #corruptions = 0
    #refusal: number | undefined
    #babble: number | undefined
    #commands = 0

    #state: State = "asleep"
    #listensAtUs = 0
    #watchdogAtUs = 0
    #busyUntilUs = 0
    #output: Uint8Array = new Uint8Array(0)
    /** What was sent of the output already. */
    #sent = 0

    readonly #actions: Actions = {
        unplug: action(() => {
            this.#plugged = false
            this.#sleep()
        }),
        plug: action(() => {
            this.#plugged = true
        }),
        hold: action(() => {
            this.#held = true
        }),
        "let-go": action(() => {
            this.#held = false
        }),
        mute: action(() => {
            this.#muted = true
        }),
        unmute: action(() => {
            this.#muted = false
        }),
        hang: action(() => {
            this.#hung = true
        }),
        unhang: action(() => {
            this.#hung = false
            this.#sleep()
        }),
        corrupt: actionWith(z.int().min(0), answers => {
            this.#corruptions = answers
        }),
        refuse: actionWith(z.int().min(0x01).max(0xff), status => {
            this.#refusal = status
        }),
        doze: action(() => this.#sleep()),
        move: actionWith(z.int().min(0x08).max(0x77), address => {
            this.#address = address
        }),
        babble: actionWith(z.int().min(0).max(0xff), byte => {
            this.#babble = byte
        }),
        hush: action(() => {
            this.#babble = undefined
        }),
    }

    constructor(context: PartContext) {
        this.#context = context
        const { random } = context
        const memory = new ElementMemory(random)
        this.#engine = { memory, random, cutter: this.#cutter, tempKey: undefined, message: undefined }
    }

    /** 7 bits. */
    get address(): number {
        return this.#address
    }

    get holdsBus(): boolean {
        return this.#held
    }

    /** Changes of its memory so far, or what would have been changes but for a power cut. */
    get operations(): number {
        return this.#cutter.operations
    }

    /** Cuts the power at one change of its memory to come, counted as `operations` counts; undefined takes that back. */
    cutPowerAt(cut: PowerCut | undefined): void {
        this.#cutter.arm(cut)
    }

    /** What it keeps without power, private keys and all. */
    save(): ElementState {
        return this.#engine.memory.save()
    }

    /** Makes it the part that the state was saved of. */
    load(state: ElementState): void {
        this.#engine.memory.load(state)
    }

    /** What one of its counters stands at, 0 before its configuration is locked; undefined if the element would not answer. */
    count(counter: number): number | undefined {
        const { memory } = this.#engine
        if (!this.#healthy || this.#hung) return undefined
        return memory.configurationLocked ? memory.counter(counter) : 0
    }

    setPower(on: boolean): void {
        this.#powered = on
        this.#sleep()
    }

    sdaLow(us: number, atUs: number): void {
        this.#watch(atUs)
        if (!this.#present || us < WAKE_LOW_US || this.#state === "awake") return
        this.#state = "awake"
        this.#listensAtUs = atUs + WAKE_DELAY_US
        const [shortest, longest] = WATCHDOG_MS
        this.#watchdogAtUs = atUs + (shortest + this.#context.random.below(longest - shortest + 1)) * US_PER_MS
        this.#busyUntilUs = atUs
        this.#answer(Uint8Array.of(Status.AfterWake))
    }

    /** @throws PowerLost if a cut was armed for this change of the memory */
    transfer(write: Uint8Array, readLength: number, atUs: number): Uint8Array | undefined {
        this.#watch(atUs)
        if (this.#babble !== undefined && this.#present) return new Uint8Array(readLength).fill(this.#babble)
        if (!this.#listens(atUs)) return undefined
        if (write.length > 0) this.#take(write, atUs)
        if (readLength === 0) return new Uint8Array(0)
        return this.#listens(atUs) ? new Uint8Array(readLength).map(() => this.#next()) : undefined
    }

    act(name: string, argument?: Json): void {
        perform(this.#context, this.#actions, name, argument)
    }

    checkAct(name: string, argument?: Json): void {
        check(this.#context, this.#actions, name, argument)
    }

    observe(): Record<string, Json> {
        this.#watch(this.#context.clock.nowUs)
        const { memory } = this.#engine
        return {
            present: this.#healthy,
            awake: this.#state === "awake",
            configurationLocked: memory.configurationLocked,
            dataLocked: memory.dataLocked,
            counter0: memory.counter(0),
            counter1: memory.counter(1),
            commands: this.#commands,
        }
    }

    get #present(): boolean {
        return this.#powered && this.#plugged
    }

    /** Whether a driver finds it where it looks, and what it finds is this part. */
    get #healthy(): boolean {
        const isThere = this.#address === ELEMENT_ADDRESS && this.#babble === undefined
        return this.#present && isThere && !this.#held && !this.#muted
    }

    #listens(atUs: number): boolean {
        const ready = atUs >= this.#listensAtUs && atUs >= this.#busyUntilUs
        return this.#present && !this.#muted && this.#state === "awake" && ready
    }

    #watch(atUs: number): void {
        if (this.#state === "awake" && atUs >= this.#watchdogAtUs && this.#busyUntilUs !== Infinity) this.#sleep()
    }

    #sleep(): void {
        this.#rest("asleep")
        this.#engine.tempKey = undefined
        this.#engine.message = undefined
    }

    #rest(state: State): void {
        this.#state = state
        this.#busyUntilUs = 0
        this.#output = new Uint8Array(0)
    }

    #take(write: Uint8Array, atUs: number): void {
        switch (write[0]) {
            case WordAddress.Reset:
                this.#sent = 0
                break
            case WordAddress.Sleep:
                this.#sleep()
                break
            case WordAddress.Idle:
                this.#rest("idle")
                break
            case WordAddress.Command:
                this.#execute(write.subarray(1), atUs)
        }
    }

    #execute(packet: Uint8Array, atUs: number): void {
        const body = packet.subarray(0, -2)
        const crc = crc16(body)
        const isWhole =
            packet.length >= SHORTEST_COMMAND_BYTES &&
            packet[0] === packet.length &&
            packet.at(-2) === (crc & 0xff) &&
            packet.at(-1) === crc >> 8
        if (!isWhole) {
            this.#answer(Uint8Array.of(Status.CommunicationError))
            return
        }
        const command = COMMANDS.find(({ opcode }) => opcode === packet[1])
        if (!command) {
            this.#answer(Uint8Array.of(Status.ParseError))
            return
        }
        this.#commands++
        this.#context.note("command", { command: command.name })
        this.#run(command, body, atUs)
    }

    #run(command: Command, body: Uint8Array, atUs: number): void {
        const { typicalMs, maximumMs } = command
        const tookUs = Math.round((typicalMs + (maximumMs - typicalMs) * this.#context.random.unit()) * US_PER_MS)
        this.#busyUntilUs = this.#hung ? Infinity : atUs + tookUs
        // The watchdog cuts it off: nothing is changed, nothing is answered.
        if (this.#hung || this.#busyUntilUs >= this.#watchdogAtUs) return
        const refusal = this.#refusal
        this.#refusal = undefined
        if (refusal !== undefined) {
            this.#answer(Uint8Array.of(refusal))
            return
        }
        const input = { mode: body[2], parameter: body[3] | (body[4] << 8), data: body.subarray(5) }
        try {
            this.#answer(command.run(this.#engine, input))
        } catch (error) {
            if (!(error instanceof Refusal)) throw error
            this.#answer(Uint8Array.of(error.status))
        }
    }

    #answer(payload: Uint8Array): void {
        this.#output = group(payload)
        this.#sent = 0
        if (this.#corruptions === 0) return
        this.#corruptions--
        const bit = this.#context.random.below(8 * this.#output.length)
        this.#output[bit >> 3] ^= 1 << (bit & 7)
    }

    #next(): number {
        return this.#output[this.#sent++] ?? NOTHING
    }
}
