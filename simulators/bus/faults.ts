/** What can go wrong with frames on a bus. Each fault hits any one frame with `probability` (0 to 1). */
export type BusFault =
    /** Nobody hears the frame, as after a collision. */
    | { kind: "loss"; probability: number }
    /** Everybody hears the frame twice. */
    | { kind: "duplication"; probability: number }
    /** The frame, and all behind it, come up to `withinUs` microseconds later, in order. */
    | { kind: "delay"; probability: number; withinUs: number }
    /** The frame alone comes up to `withinUs` microseconds later: others overtake it. */
    | { kind: "reordering"; probability: number; withinUs: number }

export type BusFaultKind = BusFault["kind"]
