/** A device that was without supply, and is found again. */
import { lookedAtItself } from "../unit/looked-at-itself"
import { START_MS } from "../unit/patience"
import { LinkError } from "../unit/unit-link"
import type { Bench } from "./bench"

/** Whoever cuts a supply by hand leaves it off for about so long. */
export const OFF_MS = 1000

/**
 * Fixture `supply`: cuts the supply, gives it back, and waits until the program has looked at itself.
 * @param offMs time in between
 * @throws LinkError if none answers
 */
export async function restart(bench: Bench, offMs = 0): Promise<void> {
    await resupply(bench, offMs)
    await found(bench)
}

/** The same without waiting for anybody. */
export async function resupply(bench: Bench, offMs: number): Promise<void> {
    await bench.supply(false)
    if (offMs > 0) await bench.link.wait(offMs)
    await bench.supply(true)
}

/** Waits until the program has looked at itself. @throws LinkError if none answers */
export async function found({ link }: Bench): Promise<void> {
    await link.find(START_MS)
    await lookedAtItself(link)
}

/** Whether a program answers. */
export async function answers(bench: Bench): Promise<boolean> {
    try {
        await found(bench)
        return true
    } catch (error) {
        if (error instanceof LinkError) return false
        throw error
    }
}
