import type { Releaser } from "./fail-safe"

/**
 * The word of somebody on the spot, which releases, unlocks and counts as touch: a `Releaser` that nobody can write down. It is made where
 * nobody else can be, by `InsideButton` of devs/io, and nowhere else. Whatever is on the bus says of itself what it is, and has none.
 */
export type PersonsWord = Releaser & { readonly givenOnTheSpot: true }
