import type { ChainPolicy } from "../identity/chain"
import type { RandomBytes } from "../identity/random-bytes"
import type { Bench } from "./bench"
import type { ControlId } from "./controls"
import type { Declaration } from "./declaration"
import type { Fixture } from "./fixture"
import type { Packages } from "./packages"
import type { Revocations } from "./revocations"
import type { Verdict } from "./verdict"

/** Something that was sent, received, seen or measured, in the order in which it was. */
export interface Evidence {
    /** Milliseconds of the device's time since the test began. */
    atMs: number
    what: string
    [detail: string]: string | number | boolean | null
}

export interface Outcome {
    verdict: Verdict
    /** What was to be seen. */
    expected: string
    /** What was. */
    seen: string
}

/** What a test has. */
export interface Scene {
    bench: Bench
    declared: Declaration
    /** What the device's certificate is measured by. */
    policy: ChainPolicy
    packages: Packages
    revocations: Revocations
    /** A stream of the run's randomness that is this test's own. */
    random: RandomBytes
    note(what: string, details?: Record<string, string | number | boolean | null>): void
}

export interface ConformanceTest {
    /** The control's identifier, a dash, and what is tried: `C1.1-challenge`. It never changes its meaning. */
    id: `${ControlId}-${string}`
    /** What has to hold, as a sentence. */
    title: string
    needs: readonly Fixture[]
    /** @returns why a device that declares this has nothing to be asked of; undefined if it has */
    spares?(declared: Declaration): string | undefined
    /** @throws LinkError if the device does not answer where it has to: that is inconclusive; Broken for what does not hold */
    run(scene: Scene): Promise<Outcome>
}

/** What a test asked for does not hold. */
export class Broken extends Error {
    constructor(
        readonly expected: string,
        readonly seen: string,
    ) {
        super(`expected ${expected}, saw ${seen}`)
    }
}

/** Nothing can be said. */
export class Unclear extends Error {}

/** @throws Broken unless what was seen is what was expected: the reason itself, and not that there is one */
export function require(what: string, expected: unknown, seen: unknown): void {
    const [wanted, found] = [expected, seen].map(value => (typeof value === "string" ? value : JSON.stringify(value)))
    if (wanted !== found) throw new Broken(`${what}: ${wanted}`, `${found}`)
}

export const controlOf = ({ id }: Pick<ConformanceTest, "id">): ControlId => id.slice(0, id.indexOf("-")) as ControlId
