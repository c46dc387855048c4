/**
 * `npm run bench`: runs every `*.bench.ts` of this folder, and prints tables, or with `--json` one object that holds all figures.
 * `npm run bench -- --target emulator [--only emulated.hashes]` runs the programs of `devs/bench` on the emulated board (docs/emulator.md).
 * `npm run bench -- --accept` runs those whose figures are exact and makes what they find the accepted figures.
 */
import { readdirSync } from "node:fs"
import { Command, Option } from "commander"
import { writeAccepted } from "./accepted"
import { emulatedBenchmark } from "./emulated"
import type { Benchmark, Figure } from "./figure"
import { printTables } from "./print"

const { json, only, accept, target } = new Command("bench")
    .option("--json", "print one JSON object and nothing else")
    .option("--only <prefix>", "run the benchmarks whose figures have names that begin so", "")
    .option("--accept", "run all exact benchmarks, and commit to what they find in accepted.json")
    .addOption(new Option("--target <kind>", "what runs them").choices(["sim", "emulator"]).default("sim"))
    .parse()
    .opts<{ json?: boolean; only: string; accept?: boolean; target: "sim" | "emulator" }>()

const benchmarks = (target === "emulator" ? [emulatedBenchmark(only)] : await loadBenchmarks()).filter(
    ({ prefix, exact }) => (accept ? exact : prefix.startsWith(only) || only.startsWith(prefix)),
)
const figures: Figure[] = []
for (const benchmark of benchmarks) {
    const measured = (await benchmark.measure()).filter(({ name }) => accept || name.startsWith(only))
    figures.push(...measured)
    if (!json) printTables(benchmark, measured)
}
if (json) process.stdout.write(`${JSON.stringify({ figures })}\n`)
if (accept) writeAccepted(figures)

async function loadBenchmarks(): Promise<Benchmark[]> {
    const files = readdirSync(import.meta.dirname).filter(file => file.endsWith(".bench.ts"))
    return Promise.all(files.sort().map(async file => (await import(`./${file}`)).default))
}
