/** What the power-cut campaign over updates says in docs/power-cuts.md. */
import { CUT_PHASES } from "../../simulators/power-cut"
import { CUT_MEMORIES, ENDINGS, type UpdateOutcome } from "./update-cuts"

const TITLES = { flash: "a flash operation", fram: "a FRAM write", element: "a change of the element" } as const

const HEAD = `## During an update

\`npm run campaign -- update\` brings release 2 to a unit whose owner has given a standing consent: offer, verdict, grant, installation, trial,
confirmation, proof. On the way *back*, release 2 never works: it fails its trial, and the command puts release 1 back and lets the unit prove that.
The power goes at one writing operation and comes back when the command has given up; 10 s later the same command is run again, until it has done its
work. *By itself* means that release 2 was confirmed before that, *by repeats* that it took more than one more run, *stuck* that three more did
not do it. All the while it is watched that no program starts but those that [loader.md](loader.md) lets run, by a reading of that page which shares no code
with the verifier; that the floor never falls; that identity, certificates and the standing consent stay; and that valve, strike, microphone and camera
leave the safe state only while such a program runs. In the end release 2, or on the way back release 1, has to be confirmed, at work, and its identity
valid.
`

/** Text, table, and every cut that was not as it should be. */
export function updateCutsSection(outcomes: readonly UpdateOutcome[]): string {
    const head = ["device, profile, way", "cut", "cuts", ...ENDINGS, "promises broken"]
    const rows = [...new Set(outcomes.map(subjectOf))].flatMap(subject =>
        CUT_MEMORIES.flatMap(memory =>
            CUT_PHASES.map(phase => {
                const cuts = outcomes.filter(
                    outcome =>
                        subjectOf(outcome) === subject && outcome.cut.memory === memory && outcome.cut.phase === phase,
                )
                const endings = ENDINGS.map(ending => cuts.filter(cut => cut.ending === ending).length)
                const broken = cuts.filter(cut => cut.broken.length > 0).length
                return [subject, `${phase} ${TITLES[memory]}`, cuts.length, ...endings, broken]
            }).filter(([, , cuts]) => cuts !== 0),
        ),
    )
    const table = [head, head.map(() => "---"), ...rows].map(cells => `| ${cells.join(" | ")} |`)
    const failures = outcomes.filter(isFailure).map(outcome => {
        const { memory, operation, phase } = outcome.cut
        const what = [outcome.ending, ...outcome.broken].join(", ")
        return `- ${subjectOf(outcome)}, ${phase} operation ${operation} of ${memory}: ${what}`
    })
    const runs = Math.max(...outcomes.map(outcome => outcome.runs))
    const sum = `${outcomes.length} cuts, ${failures.length} failures, at most ${runs} runs of the command, the one that was cut off included.`
    return [HEAD, sum, "", ...table, "", ...failures].join("\n").trimEnd()
}

/** Whether a cut left something that it must not. */
export function isFailure({ ending, broken }: UpdateOutcome): boolean {
    return ending === "by repeats" || ending === "stuck" || broken.length > 0
}

function subjectOf({ device, profile, way }: UpdateOutcome): string {
    return `${device}, ${profile}, ${way}`
}
