/**
 * `npm run loader -- [--memories N] [--seed N] [--fuzz N]`: compiles the stage in C, and says what it is worth and what it takes. Exit status 1
 * if it is wrong anywhere.
 */
import { parseArgs } from "node:util"
import { hasTool, SANITIZED, STRICT, Workshop } from "./compile"
import { ARM, footprint } from "./cortex-m0"
import { CortexM0Verdict } from "./cortex-m0-cycles"
import { compare } from "./differences"
import { fuzz, libFuzzer } from "./fuzzing"
import { expectations, failures } from "./portable"
import { isPlain, makeTrials } from "./trials"

const { values } = parseArgs({
    options: {
        memories: { type: "string", default: "100000" },
        seed: { type: "string", default: "1" },
        fuzz: { type: "string", default: "100000" },
    },
})
const [memories, seed, inputs] = [values.memories, values.seed, values.fuzz].map(Number)
if (![memories, seed, inputs].every(n => Number.isSafeInteger(n) && n >= 0)) {
    console.error("loader: give whole numbers, as in: npm run loader -- --memories 1000 --seed 2 --fuzz 1000")
    process.exit(2)
}

const COMPILERS = ["cc", "clang"]
const wanted = await expectations()

function tell(what: string, found: string, wrong: readonly string[] = []): void {
    console.log(`${what}: ${found}`)
    for (const line of wrong) console.log(`    ${line}`)
    if (wrong.length > 0) process.exitCode = 1
}

for (const compiler of COMPILERS)
    if (hasTool(compiler)) {
        const wrong = failures(new Workshop([...STRICT, ...SANITIZED], compiler).build("answers"), wanted)
        tell(
            `${compiler}, no warning, sanitized`,
            `${wanted.length} vectors, trials and stores, ${wrong.length} wrong`,
            wrong,
        )
    } else tell(compiler, "SKIPPED, it is not here")

const program = new Workshop([...STRICT, "-O2"]).build("answers")
const { verdicts, differences } = await compare(program, memories, seed, done => {
    if (process.stderr.isTTY) process.stderr.write(`\r${done} memories `)
})
tell(
    `${memories} memories of seed ${seed}`,
    `${differences.length} differences (${[...verdicts].map(([verdict, times]) => `${verdict} ${times}`).join(", ")})`,
    differences,
)

fuzz(new Workshop([...STRICT, ...SANITIZED]).build("mutate"), wanted, inputs, seed)
tell("fuzzed", `${inputs} inputs of seed ${seed}, sanitized, no fault`)
if (hasTool("clang")) tell("libFuzzer", libFuzzer(wanted, inputs, seed))
else tell("libFuzzer", "SKIPPED, clang is not here")

if (hasTool(`${ARM}-gcc`)) {
    const { bytes, stack } = footprint()
    const total = [...bytes.values()].reduce((sum, size) => sum + size, 0)
    tell(
        "Cortex-M0+, code and constants",
        `${total} bytes (${[...bytes].map(([file, size]) => `${file} ${size}`).join(", ")})`,
    )
    tell("Cortex-M0+, deepest stack", [...stack].map(([entry, size]) => `${entry} ${size} bytes`).join(", "))
    const emulated = new CortexM0Verdict()
    for (const trial of (await makeTrials()).filter(isPlain)) {
        const { verdict, cycles } = emulated.run(trial)
        const wrong = verdict === trial.verdict ? [] : [`${verdict}, not ${trial.verdict}`]
        tell(`Cortex-M0+, ${trial.name}`, `${verdict} after ${cycles} cycles`, wrong)
    }
} else tell("Cortex-M0+", `SKIPPED, ${ARM}-gcc is not here`)
