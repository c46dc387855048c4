/** Joins an I2C controller (RP2040 datasheet §4.3) to the simulator's parts, at the speed that the controller's own registers ask for. */
import type { RP2040, RPI2C } from "rp2040js"
import type { I2cTarget } from "../../parts/part"
import type { ChipClock } from "../chip-clock"

/** A byte and its acknowledgement; a START or STOP takes about one bit. */
const BYTE_BITS = 9
const CONDITION_BITS = 1
/** IC_RAW_INTR_STAT.TX_EMPTY: set when an address goes unanswered, too, since what waited behind it is flushed. */
const TX_EMPTY = 1 << 4
const READ = 1
/** Closed to others in the package's types. */
type Interrupting = { setInterrupts(mask: number): void }

/** For the longest time that SDA was low: parts that sleep wake by it. */
type Sda = { bits: number; longest: number }

export class I2cBus {
    readonly #controller: RPI2C
    readonly #chip: RP2040
    readonly #clock: ChipClock
    readonly #targets: readonly I2cTarget[]
    readonly #nowUs: () => number
    readonly #alarm: { schedule(nanos: number): void }
    #next: () => void = () => {}
    #addressed: I2cTarget | undefined
    /** Not yet handed to the target. */
    #written: number[] = []
    #sda: Sda = { bits: 0, longest: 0 }
    #unanswered = false

    /** @param nowUs the world's time, which parts go by */
    constructor(chip: RP2040, controller: RPI2C, clock: ChipClock, targets: readonly I2cTarget[], nowUs: () => number) {
        this.#chip = chip
        this.#controller = controller
        this.#clock = clock
        this.#targets = targets
        this.#nowUs = nowUs
        this.#alarm = this.#clock.createAlarm(() => this.#next())
        controller.onStart = () => this.#after(CONDITION_BITS, () => this.#start())
        controller.onConnect = (address, mode) => this.#after(BYTE_BITS, () => this.#connect(address, mode))
        controller.onWriteByte = byte => this.#after(BYTE_BITS, () => this.#write(byte))
        controller.onReadByte = () => this.#after(BYTE_BITS, () => this.#read())
        controller.onStop = () => this.#after(CONDITION_BITS, () => this.#stop())
    }

    /** A line that is held low lets nothing go on: the controller waits for ever. */
    #after(bits: number, next: () => void): void {
        if (this.#targets.some(target => target.holdsBus)) return
        this.#next = next
        this.#alarm.schedule(bits * this.#bitNanos)
    }

    get #bitNanos(): number {
        const { sclLowPeriod, sclHighPeriod } = this.#controller
        return ((sclLowPeriod + sclHighPeriod) * 1e9) / this.#chip.clkSys
    }

    #start(): void {
        this.#handOver()
        this.#controller.completeStart()
    }

    #connect(address: number, mode: number): void {
        const addressed = this.#targets.find(target => target.address === address)
        const answers = addressed?.transfer(new Uint8Array(0), 0, this.#nowUs()) !== undefined
        this.#addressed = answers ? addressed : undefined
        this.#line((address << 1) | (mode === READ ? 1 : 0), answers)
        this.#unanswered = !answers
        this.#controller.completeConnect(answers)
        if (!answers) (this.#controller as unknown as Interrupting).setInterrupts(TX_EMPTY)
    }

    #write(byte: number): void {
        this.#written.push(byte)
        this.#line(byte, true)
        this.#controller.completeWrite(this.#addressed !== undefined)
    }

    #read(): void {
        const answer = this.#addressed?.transfer(new Uint8Array(0), 1, this.#nowUs())
        const byte = answer?.[0] ?? 0xff
        this.#line(byte, true)
        this.#controller.completeRead(byte)
    }

    #stop(): void {
        this.#handOver()
        const lowUs = (this.#sda.longest * this.#bitNanos) / 1000
        for (const target of this.#targets)
            if (this.#unanswered || target !== this.#addressed) target.sdaLow?.(lowUs, this.#nowUs())
        this.#sda = { bits: 0, longest: 0 }
        this.#unanswered = false
        this.#addressed = undefined
        this.#controller.completeStop()
    }

    /** What was written takes effect when the transaction ends or turns to reading. */
    #handOver(): void {
        const written = Uint8Array.from(this.#written)
        this.#written = []
        if (written.length > 0) this.#addressed?.transfer(written, 0, this.#nowUs())
    }

    /** Follows SDA through a byte, its most significant bit first, and its acknowledgement. */
    #line(byte: number, acknowledged: boolean): void {
        for (let bit = 8; bit >= 0; bit--) {
            const high = bit === 0 ? !acknowledged : (byte >> (bit - 1)) & 1
            this.#sda.bits = high ? 0 : this.#sda.bits + 1
            this.#sda.longest = Math.max(this.#sda.longest, this.#sda.bits)
        }
    }
}
