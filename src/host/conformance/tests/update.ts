/** C1.4: signed updates, no way back, and what a device does with what is none. */
import { MemoryJournal } from "../../update/journal"
import { authorise } from "../../update/negotiation"
import { packageParts } from "../../update/package-parts"
import type { UpdateOptions } from "../../update/update-options"
import { updateUnit } from "../../update/update-unit"
import type { Declaration } from "../declaration"
import { PACKAGES, type PackageName } from "../packages"
import { type ConformanceTest, require, type Scene, Unclear } from "../scene"

const takesNone = ({ declares }: Declaration) => (declares.updates ? undefined : "the device takes no updates")

/** Packages that a device has to refuse, and for what reason. */
const REFUSED = {
    equal: "sequenceEqual",
    older: "sequenceOlder",
    stranger: "signature",
    otherVendor: "vendor",
    otherModel: "class",
    otherBoard: "board",
    unconfirmable: "unconfirmable",
} as const satisfies Partial<Record<PackageName, string>>

export const UPDATE_TESTS: readonly ConformanceTest[] = [
    ...Object.entries(REFUSED).map(
        ([name, refusal]): ConformanceTest => ({
            id: `C1.4-refuses-${kebab(name)}`,
            title: `Refused, with its own reason and without a change: ${PACKAGES[name as PackageName]}.`,
            needs: [],
            spares: takesNone,
            async run(scene) {
                const { bench, note } = scene
                const bytes = await given(scene, name as PackageName)
                const program = await bench.link.programSha256()
                const decision = await authorise(optionsFor(scene), await packageParts(name, bytes))
                const seen = "state" in decision ? decision.state : decision.refusal
                note("the device's decision", { seen })
                require("reason", refusal, seen)
                require("the program afterwards", program, await bench.link.programSha256())
                return { verdict: "enforced", expected: refusal, seen: `${seen}` }
            },
        }),
    ),
    {
        id: "C1.4-takes-next",
        title: "The next release is installed, proves itself, and is what the device says that it runs.",
        needs: ["deployer"],
        spares: takesNone,
        async run(scene) {
            const { bench, note } = scene
            const bytes = await given(scene, "next")
            const parts = await packageParts("next", bytes)
            const outcome = await updateUnit({ ...optionsFor(scene), parts })
            note("the outcome", { outcome: outcome.outcome, refusal: outcome.refusal ?? "" })
            require("outcome", "confirmed", outcome.outcome)
            require("the program afterwards", parts.sha256, await bench.link.programSha256())
            return { verdict: "enforced", expected: "confirmed", seen: outcome.outcome }
        },
    },
]

async function given({ packages }: Scene, name: PackageName): Promise<Buffer> {
    const bytes = await packages.get(name)
    if (!bytes) throw new Unclear(`no package "${name}" was given: ${PACKAGES[name]}`)
    return bytes
}

/** As `domovoi update --yes` has them. */
function optionsFor({ bench, policy, random }: Scene): Omit<UpdateOptions, "parts"> {
    return { link: bench.link, policy, journal: new MemoryJournal(), random, consent: true }
}

function kebab(name: string): string {
    return name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)
}
