/**
 * `npm run fuzz -- [INPUTS] [SEED]`: the fuzzer of the package readers, ten million inputs unless said, which takes a while. Keeps the first
 * input that met each refusal in test/core/suit/corpus, unless there is one. Exit status 1 if it found a fault.
 * `npm run fuzz -- image [CASES] [SEED]`: that of the optimiser, ten thousand random functions unless said.
 */
import { existsSync, writeFileSync } from "node:fs"
import { refusalName } from "../../src/host/package/refusals"
import { fuzz } from "./envelope-fuzz"
import { fuzzSeeds } from "./envelope-seeds"
import { fuzzImages } from "./image-fuzz"

const CORPUS = new URL("../core/suit/corpus/", import.meta.url).pathname
const ofImages = process.argv[2] === "image"
const [inputs = ofImages ? 10_000 : 10_000_000, seed = 1] = process.argv.slice(ofImages ? 3 : 2).map(Number)
if (![inputs, seed].every(n => Number.isInteger(n) && n >= 0)) {
    console.error("fuzz: give the number of inputs and the seed as whole numbers, as in: npm run fuzz -- 1000000 2")
    process.exit(2)
}

if (ofImages) await images()
else await envelopes()

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
