/** A device that was without supply, and is found again. */
import { lookedAtItself } from "../unit/looked-at-itself"
import { START_MS } from "../unit/patience"
import { LinkError } from "../unit/unit-link"
import type { Bench } from "./bench"

/** Fixture `supply`: cuts the supply, gives it back, and waits until the program has looked at itself. @throws LinkError if none answers */
export async function restart(bench: Bench): Promise<void> {
    await bench.supply(false)
    await bench.supply(true)
    await found(bench)
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
