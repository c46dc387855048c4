/** `npm run mutants [-- --only NAME] [--json]`: tries each broken device with the test that is meant for it. Exit status 1 if one is not caught. */
import { Command, Option } from "commander"
import { MUTANTS } from "./all"
import { type Trial, tryMutant } from "./mutant"

const { only, json } = new Command("mutants")
    .addOption(new Option("--only <name>", "this mutant, or those that this test has to catch"))
    .addOption(new Option("--json", "a line of JSON for each"))
    .parse()
    .opts<{ only?: string; json?: true }>()

const chosen = MUTANTS.filter(({ name, caughtBy }) => only === undefined || name === only || caughtBy === only)
if (chosen.length === 0) fail(`no mutant is called ${only}; there are ${MUTANTS.map(({ name }) => name).join(", ")}`)
const trials: Trial[] = []
for (const [at, mutant] of chosen.entries()) {
    process.stderr.write(`${at + 1}/${chosen.length} ${mutant.name}: ${mutant.breaks}\n`)
    const trial = await tryMutant(mutant)
    trials.push(trial)
    if (json) console.log(JSON.stringify(trial))
}
if (!json) printMatrix()
const escaped = trials.filter(({ fate }) => fate !== "caught")
if (escaped.length > 0) fail(`${escaped.length} of ${trials.length} mutants are not caught`)

function printMatrix(): void {
    const [wide, test] = [trials.map(({ mutant }) => mutant), trials.map(({ caughtBy }) => caughtBy)].map(names =>
        Math.max(...names.map(({ length }) => length)),
    )
    for (const { mutant, caughtBy, fate, verdict, seen } of trials)
        console.log([mutant.padEnd(wide), caughtBy.padEnd(test), fate.padEnd(11), verdict, seen].join("  "))
    const caught = trials.filter(({ fate }) => fate === "caught").length
    console.log(`\n${caught} of ${trials.length} caught by the test meant for them`)
}

function fail(message: string): never {
    console.error(message)
    process.exit(1)
}
