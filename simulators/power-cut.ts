/** Thrown through a VM when its supply goes away in the middle of its work. */
export class PowerLost extends Error {}

/** When, around one operation of a memory, the supply goes away. */
export type CutPhase = "before" | "inside" | "after"
export const CUT_PHASES: readonly CutPhase[] = ["before", "inside", "after"]

/** A power cut at a given operation of a memory, counted from 0 over the memory's whole life. */
export interface PowerCut {
    operation: number
    phase: CutPhase
}

/** Counts the writing operations of a memory, and cuts the power at one of them if asked to. */
export class PowerCutter {
    operations = 0
    #cut: PowerCut | undefined

    /** Arms a cut; undefined disarms. It strikes once. */
    arm(cut: PowerCut | undefined): void {
        this.#cut = cut
    }

    /**
     * Performs one operation.
     * @param whole the operation
     * @param part what the operation leaves behind when the power goes away inside it
     * @throws PowerLost if the armed cut strikes here
     */
    perform(whole: () => void, part: () => void): void {
        const phase = this.operations++ === this.#cut?.operation ? this.#cut.phase : undefined
        if (!phase) {
            whole()
            return
        }
        this.#cut = undefined
        if (phase === "inside") part()
        if (phase === "after") whole()
        throw new PowerLost(`power cut ${phase} operation ${this.operations - 1}`)
    }
}
