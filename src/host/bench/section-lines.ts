/** A line of `devs/bench/section.ts` in the runtime's log: event, name, milliseconds, verdict. */
export const SECTION_LINE = /^> (start|end|finished) ?(\S*) ?(\d*)(?: ms (\w+))?$/

/** What a section took by the program's own clock, in whole milliseconds. */
export interface MeasuredSection {
    name: string
    measuredMs: number
}

/** A program's result is wrong, or lines of its are missing: nothing that it has measured counts. */
export class SectionError extends Error {}

/** Reads what a benchmark program measures, off the lines of the runtime's log. What other programs and the runtime say is passed over. */
export class SectionLines {
    #sections: MeasuredSection[] = []
    #open: string | undefined
    #finished = false

    /** Whether the program is through. */
    get isFinished(): boolean {
        return this.#finished
    }

    get sections(): readonly MeasuredSection[] {
        return this.#sections
    }

    /** @throws SectionError */
    take(line: string): void {
        const [, event, name, ms, verdict] = SECTION_LINE.exec(line) ?? []
        if (event === undefined || this.#finished) return
        if (event === "start") this.#start(name)
        else if (this.#open !== (event === "end" ? name : undefined))
            throw new SectionError(`its log lacks lines before "${line}"`)
        else if (event === "finished") this.#finished = true
        else {
            if (verdict !== "right") throw new SectionError(`${name} computes a wrong result`)
            this.#sections.push({ name, measuredMs: Number(ms) })
            this.#open = undefined
        }
    }

    #start(name: string): void {
        if (this.#open !== undefined) throw new SectionError(`${this.#open} has no end`)
        if (this.#sections.some(section => section.name === name)) throw new SectionError(`it began anew at ${name}`)
        this.#open = name
    }
}
