/**
 * Variables that the instrumented runtime and the simulator have in common: words in its memory below its static data, where the C code has
 * nothing. A host reads them as it reads an array; an exported global takes it twenty times as long, two thousand times a second.
 */
export const SHARED = {
    /** Time that was spent, in cycles: a double that only rises. */
    cycles: 512,
    /** `cycles` when the call at hand began. */
    callStart: 520,
    /** The board's clock in that call, in microseconds. */
    boardUs: 528,
    cyclesPerUs: 536,
    /** What the runtime was told when it last asked for the time, in microseconds. */
    askedUs: 544,
    /** Bytes of randomness that were drawn. */
    randomBytes: 552,
    /** 1 while `devs_fiber_poke` was left with fibers that may be due. */
    pokeCut: 560,
    /** 1 lets `devs_fiber_poke` go on at the instant at which it was left: what has become due since then is not due yet. */
    pokeGoesOn: 564,
    /** Microseconds to the earliest of the timers that the C code has looked at, if they are fewer than this held before. */
    timerUs: 568,
} as const

/** Where the static data of the supported build begins. */
const STATIC_DATA = 1024

/** After this time the world around catches up, between two fibers or two frames, so that what comes next sees it as it is by then. */
export const SLICE_US = 2_000

/** The shared variables of one runtime, as its host has them. */
export class SharedWords {
    readonly #doubles: Float64Array
    readonly #integers: Int32Array

    constructor(memory: ArrayBuffer) {
        this.#doubles = new Float64Array(memory, 0, STATIC_DATA / 8)
        this.#integers = new Int32Array(memory, 0, STATIC_DATA / 4)
    }

    get cycles(): number {
        return this.#doubles[SHARED.cycles / 8]
    }

    get randomBytes(): number {
        return this.#doubles[SHARED.randomBytes / 8]
    }

    get askedUs(): number {
        return this.#doubles[SHARED.askedUs / 8]
    }

    /** Time used up by the current call, or the last one, in microseconds. */
    get usedUs(): number {
        const doubles = this.#doubles
        const cycles = doubles[SHARED.cycles / 8] - doubles[SHARED.callStart / 8]
        return Math.ceil(cycles / doubles[SHARED.cyclesPerUs / 8])
    }

    get pokeCut(): number {
        return this.#integers[SHARED.pokeCut / 4]
    }

    get timerUs(): number {
        return this.#integers[SHARED.timerUs / 4]
    }

    set cyclesPerUs(cycles: number) {
        this.#doubles[SHARED.cyclesPerUs / 8] = cycles
    }

    set boardUs(us: number) {
        this.#doubles[SHARED.boardUs / 8] = us
    }

    set pokeCut(isCut: number) {
        this.#integers[SHARED.pokeCut / 4] = isCut
    }

    set pokeGoesOn(goesOn: number) {
        this.#integers[SHARED.pokeGoesOn / 4] = goesOn
    }

    set timerUs(us: number) {
        this.#integers[SHARED.timerUs / 4] = us
    }

    /** From here on counts what `usedUs` says. */
    beginCall(): void {
        this.#doubles[SHARED.callStart / 8] = this.#doubles[SHARED.cycles / 8]
    }

    spend(cycles: number): void {
        this.#doubles[SHARED.cycles / 8] += cycles
    }

    drawn(bytes: number): void {
        this.#doubles[SHARED.randomBytes / 8] += bytes
    }
}
