import type { Pause } from "../ports"

/**
 * The kernels of the curves keep their numbers in registers, variables of their modules, while they pause between two products: so one
 * computation at a time has its turn.
 */
let taken = false
let pauseOfTurn: Pause

/**
 * Runs `compute` when no other computation has its turn. Waiting begins with a pause, so nobody takes turn after turn; whatever is thrown, the turn
 * ends. Within a turn there must be no other.
 * @param wipe forgets what is in the registers
 */
export async function inTurn<T>(pause: Pause, wipe: () => Promise<void>, compute: () => Promise<T>): Promise<T> {
    await pause()
    while (taken) await pause()
    taken = true
    pauseOfTurn = pause
    try {
        const result = await compute()
        await pause()
        return result
    } finally {
        try {
            await wipe()
        } finally {
            taken = false
        }
    }
}

/** `spend` of the field whose registers the computation uses: tenths of a millisecond. */
export type Spend = (tenths: number) => Promise<void>

/** The pause of the computation that has its turn. */
export async function pauseInTurn(): Promise<void> {
    await pauseOfTurn()
}
