/**
 * The runtime's main loop (jacdac-c, jd_services.c: `jd_process_everything`), played function by function: one frame, its packets, the
 * fibers that are due after each, the servers' tick with its fibers, then the next frame; it is over when a tick found no frame before it.
 * No second frame is looked at before that pass is over, however long it takes. What the loop is made of is the runtime's own C code;
 * it stops in between only so that the world around can catch up with the time that was used.
 */

import { type SharedWords, SLICE_US } from "./shared-words"

/** Functions of the instrumented runtime that the loop is made of. Frames and contexts are addresses, 0 for none. */
export interface MainLoopFunctions {
    memory: WebAssembly.Memory
    jd_refresh_now(): void
    jd_rx_get_frame(): number
    jd_rx_release_frame(frame: number): void
    /** Moves on to the frame's next packet; 0 if there is none. */
    jd_shift_frame(frame: number): number
    jd_services_handle_packet(packet: number): void
    jd_services_tick(): void
    app_process(): void
    jd_send(service: number, command: number, data: number, bytes: number): number
    jd_tx_flush(): void
    jd_set_max_sleep(us: number): void
    devsmgr_get_ctx(): number
    devs_fiber_poke(ctx: number): void
    devs_fiber_get_max_sleep(ctx: number): number
    devs_jd_after_user(ctx: number): void
}

/** Variables of the C code, by address, read off the supported build. */
const VARIABLE = {
    /** `now`: microseconds, wrapping. */
    now: 32224,
    /** `jd_max_sleep`. */
    maxSleep: 34912,
    /** `prev_us`: the `now` at which the millisecond of the moment began. */
    millisecondBegan: 34944,
    /** Pipes of the chip's own that are open: the first, or 0. */
    pipes: 34920,
    /** `qptr` of the queue of events to be repeated: bytes in it. */
    eventBytes: 35020,
}

/** `jd_frame_t`. */
const FRAME = { crc: 0, flags: 3, deviceId: 4 }
const FLAG = { command: 1, acknowledge: 2 }
/** `JD_SERVICE_INDEX_CRC_ACK`. */
const ACKNOWLEDGEMENT = 63
/** No turn is further off than this: the C code counts no further when it looks for how long no fiber is due. */
const LONGEST_IDLE_US = 100_000
/** `JD_MIN_MAX_SLEEP`: what `jd_max_sleep` is from the beginning of a turn until fibers have run. */
export const MAX_SLEEP_IN_TURN_US = 10_000

export class MainLoop {
    readonly #runtime: MainLoopFunctions
    readonly #view: DataView
    /** The chip's own identifier, as the two words that a frame has it in. */
    readonly #deviceId: readonly [number, number]
    readonly #shared: SharedWords
    readonly #nowUs: () => number
    #turn: Generator<void, void> | undefined
    #timersDueUs = 0

    /**
     * @param deviceId 16 hex digits
     * @param nowUs the chip's time
     */
    constructor(runtime: MainLoopFunctions, shared: SharedWords, deviceId: string, nowUs: () => number) {
        this.#runtime = runtime
        this.#view = new DataView(runtime.memory.buffer)
        const id = Buffer.from(deviceId, "hex")
        this.#deviceId = [id.readUInt32LE(0), id.readUInt32LE(4)]
        this.#shared = shared
        this.#nowUs = nowUs
    }

    /** Whether a turn has begun that is not over. */
    get isUnderWay(): boolean {
        return this.#turn !== undefined
    }

    /** Begins a turn, or goes on with the one under way. @returns whether it is over */
    goOn(): boolean {
        this.#turn ??= this.#play()
        if (!this.#turn.next().done) return false
        this.#turn = undefined
        return true
    }

    get hasFrame(): boolean {
        return this.#runtime.jd_rx_get_frame() !== 0
    }

    /** `jd_max_sleep`, in microseconds: for how long nothing is due, as the runtime's C code sees it. */
    get maxSleepUs(): number {
        return Math.min(this.#noFiberDueUs, MAX_SLEEP_IN_TURN_US)
    }

    get #noFiberDueUs(): number {
        return this.#view.getUint32(VARIABLE.maxSleep, true)
    }

    /**
     * The time at which a turn has something to do again if nothing happens before: fibers and timers of the C code.
     * @param askedUs the time at which the runtime was last told the time
     */
    dueUs(askedUs: number): number {
        const view = this.#view
        if (view.getUint16(VARIABLE.eventBytes, true) > 0 || view.getUint32(VARIABLE.pipes, true) > 0) return askedUs
        const intoMillisecond =
            (view.getUint32(VARIABLE.now, true) - view.getUint32(VARIABLE.millisecondBegan, true)) | 0
        return Math.min(askedUs + this.#noFiberDueUs + 1 - intoMillisecond, this.#timersDueUs)
    }

    /** Whether the world around has to catch up before the next step. */
    get #isBehind(): boolean {
        return this.#shared.usedUs > SLICE_US
    }

    *#play(): Generator<void, void> {
        const [c, shared] = [this.#runtime, this.#shared]
        // The C code begins with less, which would hide what comes later.
        this.#view.setUint32(VARIABLE.maxSleep, LONGEST_IDLE_US, true)
        c.jd_refresh_now()
        for (;;) {
            const frame = c.jd_rx_get_frame()
            if (frame) {
                this.#acknowledge(frame)
                do {
                    c.jd_services_handle_packet(frame)
                    if (shared.pokeCut) yield* this.#remainingFibers()
                    else if (this.#isBehind) yield
                } while (c.jd_shift_frame(frame))
                c.jd_rx_release_frame(frame)
            }
            shared.timerUs = LONGEST_IDLE_US
            const tickedUs = this.#nowUs()
            c.jd_services_tick()
            this.#timersDueUs = tickedUs + shared.timerUs
            if (shared.pokeCut) {
                yield* this.#remainingFibers()
                const ctx = c.devsmgr_get_ctx()
                if (ctx) c.devs_jd_after_user(ctx)
                c.jd_tx_flush()
            }
            c.app_process()
            if (!frame) return
            if (this.#isBehind) yield
        }
    }

    /** What is left of a poke that was cut, and what its caller does once it is through. */
    *#remainingFibers(): Generator<void, void> {
        const [c, shared] = [this.#runtime, this.#shared]
        while (shared.pokeCut) {
            yield
            shared.pokeCut = 0
            const ctx = c.devsmgr_get_ctx()
            if (!ctx) return
            shared.pokeGoesOn = 1
            c.devs_fiber_poke(ctx)
            shared.pokeGoesOn = 0
            if (!shared.pokeCut) c.jd_set_max_sleep(c.devs_fiber_get_max_sleep(ctx))
        }
    }

    /** A frame to this chip that asks for it is acknowledged before it is handled, as handling it can take long. */
    #acknowledge(frame: number): void {
        const view = this.#view
        const wanted = FLAG.command | FLAG.acknowledge
        if ((view.getUint8(frame + FRAME.flags) & wanted) !== wanted) return
        if (view.getUint32(frame + FRAME.deviceId, true) !== this.#deviceId[0]) return
        if (view.getUint32(frame + FRAME.deviceId + 4, true) !== this.#deviceId[1]) return
        this.#runtime.jd_send(ACKNOWLEDGEMENT, view.getUint16(frame + FRAME.crc, true), 0, 0)
        this.#runtime.jd_tx_flush()
    }
}
