/** C1.2 and C2.5: which programs run. */
import { createHash } from "node:crypto"
import { packageParts } from "../../update/package-parts"
import { requireSafeOutputs } from "../outputs"
import { answers } from "../restart"
import { Broken, type ConformanceTest, type Outcome, require, type Scene, Unclear } from "../scene"
import { ready, stateOf } from "./hands"

const NEEDS_PACKAGE = 'the package "equal" has to bring the program that runs, so that it can be altered'
/** The runtime's service that takes programs. */
const MANAGER = "the runtime's program manager (deploy_bytecode)"

export const BOOT_TESTS: readonly ConformanceTest[] = [
    {
        id: "C1.2-altered-program",
        title: "A program that is altered in one letter does not run when the runtime is given it, or finds itself out and holds the outputs safe.",
        needs: ["deployer"],
        run: afterDeployment,
    },
    {
        id: "C1.2-altered-flash",
        title: "A program that is altered in one letter in the flash does not run, or finds itself out and holds the outputs safe.",
        needs: ["dump", "rewrite"],
        async run(scene) {
            const { bench, declared } = scene
            const model = Buffer.from(declared.device.model)
            const memories = (await bench.dump()).filter(({ name }) => name === "flash")
            if (!memories.some(({ bytes }) => Buffer.from(bytes).includes(model)))
                throw new Unclear(`the flash holds no "${model}" to alter`)
            await bench.rewrite(memories.map(memory => ({ ...memory, bytes: altered(memory.bytes, model) })))
            await bench.supply(true)
            const outcome = await judged(scene, "a program in the flash")
            await bench.rewrite(memories)
            await bench.supply(true)
            await requireWhole(scene, "written to the flash", outcome)
            return outcome
        },
    },
    {
        id: "C2.5-program-manager",
        title: "No peer on the bus gets a program to run that nobody has signed.",
        needs: ["deployer"],
        run: afterDeployment,
    },
]

/** Alters the program that runs, and has the runtime take it. */
async function afterDeployment(scene: Scene): Promise<Outcome> {
    const { bench, declared, packages, note } = scene
    const bytes = await packages.get("equal")
    const { program, sha256 } = bytes ? await packageParts("equal", bytes) : { program: undefined, sha256: undefined }
    const model = Buffer.from(declared.device.model)
    if (!program || sha256 !== (await bench.link.programSha256())) throw new Unclear(NEEDS_PACKAGE)
    if (!program.includes(model)) throw new Unclear(`the program holds no "${model}" to alter`)
    const hostile = altered(program, model)
    const digest = createHash("sha256").update(hostile).digest("hex")
    await bench.link.install(hostile, () => {})
    note("handed over", { to: MANAGER, sha256: digest })
    require("what the runtime measures", digest, await bench.link.programSha256())
    const outcome = await judged(scene, `what it got through ${MANAGER}`)
    await bench.link.install(program, () => {})
    await requireWhole(scene, "given to the runtime", outcome)
    return outcome
}

/** What becomes of the altered program. @param what for the report: which program, and by which interface it came */
async function judged(scene: Scene, what: string): Promise<Outcome> {
    const { bench, note } = scene
    const expected = `${what} does not run`
    if (!(await answers(bench))) {
        await requireSafeOutputs(scene, "with the altered program")
        return { verdict: "enforced", expected, seen: "no program answers" }
    }
    // At its start any program is held for a while, and behind some tests for longer.
    await ready(scene)
    const [{ state, cause }, model] = [await stateOf(bench), String(await bench.link.get("model"))]
    note("it answers", { model, state: String(state), cause: String(cause) })
    if (!HELD.includes(state)) throw new Broken(expected, `${what} runs: it calls itself "${model}", and is ${state}`)
    await requireSafeOutputs(scene, "with the altered program")
    return { verdict: "measured", expected, seen: `it runs, and holds itself in ${state} for ${cause}` }
}

const HELD: readonly unknown[] = ["Safe", "Lockdown"]

/** That nothing runs, or holds itself, says something only if the good program does not on the same way. @throws Unclear if it does, too */
async function requireWhole(scene: Scene, how: string, { verdict }: Outcome): Promise<void> {
    const { bench } = scene
    if (!(await answers(bench))) throw new Unclear(`the unaltered program does not run either when it is ${how}`)
    if (verdict !== "measured") return
    await ready(scene)
    const { state, cause } = await stateOf(bench)
    if (HELD.includes(state)) throw new Unclear(`the unaltered program holds itself in ${state} for ${cause}, too`)
}

/** With the last letter of every occurrence another. */
function altered(bytes: Uint8Array, text: Buffer): Buffer {
    const copy = Buffer.from(bytes)
    for (let at = copy.indexOf(text); at >= 0; at = copy.indexOf(text, at + 1)) copy[at + text.length - 1] ^= 1
    return copy
}
