/** What a board's drawing promises of its wiring, over every combination of what its lines, people and wear can do: a second kind of evidence. */
import type { Circuit } from "../../../../simulators/circuit/circuit"
import type { PromiseName } from "../../../../simulators/circuit/promises"
import { prove } from "../../../../simulators/circuit/proof"
import { circuitDigest } from "../../board/circuit-digest"
import type { ControlId } from "../controls"
import type { Declaration } from "../declaration"
import { Broken, type ConformanceTest, Unclear } from "../scene"
import { CIRCUIT } from "../tried"

export interface WiringTest {
    control: ControlId
    title: string
    promises: readonly PromiseName[]
    /** Of the circuit, and lines that speak for persons. */
    parts(declared: Declaration, circuit: Circuit): string[]
    spares?: ConformanceTest["spares"]
}

export function wiringTest({ control, title, promises, parts, spares }: WiringTest): ConformanceTest {
    return {
        id: `${control}-wiring`,
        title,
        needs: ["drawing"],
        spares,
        async run({ bench: { circuit }, declared, note }) {
            if (!circuit) throw new Unclear("the circuit's file was not given")
            note(CIRCUIT, { sha256: circuitDigest(circuit) })
            const concerned = new Set(parts(declared, circuit))
            const concerns = ({ part, promise }: { part: string; promise: PromiseName }) =>
                concerned.has(part) && promises.includes(promise)
            const { proved, broken } = prove(circuit)
            for (const { part, promise, says, fault } of broken.filter(concerns))
                throw new Broken(`${part} ${says} (${promise})`, fault)
            const kept = proved.filter(concerns)
            for (const { part, promise, combinations } of kept) note("proved", { part, promise, combinations })
            const unproved = [...concerned].filter(name => !kept.some(({ part }) => part === name))
            if (unproved.length > 0) throw new Unclear(`the circuit promises nothing of ${unproved.join(", ")}`)
            const expected = "every promise of the circuit, over every combination"
            return { verdict: "enforced", expected, seen: `${kept.length} promises proved` }
        },
    }
}
