/**
 * `npm run fuzz -- [INPUTS] [SEED]`: the fuzzer of the package readers, ten million inputs unless said, which takes a while. Keeps the first
 * input that met each refusal in test/core/suit/corpus, unless there is one. Exit status 1 if it found a fault.
 * `npm run fuzz -- image [CASES] [SEED]`: that of the optimiser, ten thousand random functions unless said.
 * `npm run fuzz -- combs [CASES] [SEED]`: what is computed by combs, beside noble, a hundred thousand cases of each unless said: half an hour.
 */
import { existsSync, writeFileSync } from "node:fs"
import { refusalName } from "../../src/host/package/refusals"
import { COMBS, combCases } from "./combs"
import { fuzz } from "./envelope-fuzz"
import { fuzzSeeds } from "./envelope-seeds"
import { fuzzImages } from "./image-fuzz"

const CORPUS = new URL("../core/suit/corpus/", import.meta.url).pathname
/** What is tried, and how much of it unless said. */
const USUAL = { image: 10_000, combs: 100_000, envelopes: 10_000_000 }
const named = process.argv[2] === "image" || process.argv[2] === "combs" ? process.argv[2] : undefined
const [inputs = USUAL[named ?? "envelopes"], seed = 1] = process.argv.slice(named ? 3 : 2).map(Number)
if (![inputs, seed].every(n => Number.isInteger(n) && n >= 0)) {
    console.error("fuzz: give the number of inputs and the seed as whole numbers, as in: npm run fuzz -- 1000000 2")
    process.exit(2)
}

if (named === "image") await images()
else if (named === "combs") await combs()
else await envelopes()

async function combs(): Promise<void> {
    for (const name of Object.keys(COMBS)) {
        const counts = new Map<string, number>()
        let tried = 0
        for await (const { ours, theirs } of combCases(name, seed, inputs)) {
            tried++
            if (ours !== theirs) {
                console.error(`${name}, seed ${seed}, case ${tried}: ${ours}, noble: ${theirs}`)
                process.exitCode = 1
            }
            const kind = ours === "valid" || ours === "refused" ? ours : "computed"
            counts.set(kind, (counts.get(kind) ?? 0) + 1)
            if (tried % 1000 === 0 && process.stderr.isTTY) process.stderr.write(`\r${name}: ${tried} cases `)
        }
        const outcomes = [...counts].map(([kind, n]) => `${n} ${kind}`).join(", ")
        console.log(`${name}: ${tried} cases, seed ${seed}: ${outcomes}, ${process.exitCode ? "with" : "no"} faults`)
    }
}

async function images(): Promise<void> {
    let [tried, before, after] = [0, 0, 0]
    for await (const batch of fuzzImages(seed, inputs)) {
        tried += batch.cases
        before += batch.before
        after += batch.after
        for (const fault of batch.faults) console.error(`seed ${batch.seed}: ${fault}`)
        if (batch.faults.length > 0) process.exitCode = 1
        if (process.stderr.isTTY) process.stderr.write(`\r${tried} functions `)
        else console.error(`${tried} functions`)
    }
    console.log(
        `${tried} functions, first seed ${seed}, code ${before} to ${after} bytes, ${process.exitCode ? "with" : "no"} faults`,
    )
}

async function envelopes(): Promise<void> {
    const counts = new Map<string, number>()
    let tried = 0
    for await (const { input, refusal, fault } of fuzz(seed, await fuzzSeeds(), inputs)) {
        const name = refusal === 0 ? "accepted" : refusalName(refusal)
        counts.set(name, (counts.get(name) ?? 0) + 1)
        if (fault) {
            console.error(`${fault}\n${input.toString("hex")}`)
            process.exitCode = 1
        }
        const file = `${CORPUS}${name}.suit`
        if (refusal !== 0 && !existsSync(file)) writeFileSync(file, input)
        if (++tried % 10_000 === 0 && process.stderr.isTTY) process.stderr.write(`\r${tried} inputs `)
    }
    console.table(Object.fromEntries([...counts].sort(([, a], [, b]) => b - a)))
    console.log(`${tried} inputs, seed ${seed}, ${counts.size} outcomes, ${process.exitCode ? "with" : "no"} faults`)
}
