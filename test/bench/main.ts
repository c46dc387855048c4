/** `npm run bench`: runs every `*.bench.ts` of this folder, and prints tables, or with `--json` one object that holds all figures. */
import { readdirSync } from "node:fs"
import { Command } from "commander"
import type { Benchmark, Figure } from "./figure"

const { json, only } = new Command("bench")
    .option("--json", "print one JSON object and nothing else")
    .option("--only <prefix>", "run the benchmarks whose figures have names that begin so", "")
    .parse()
    .opts<{ json?: boolean; only: string }>()

const benchmarks = (await loadBenchmarks()).filter(({ prefix }) => prefix.startsWith(only) || only.startsWith(prefix))
const figures: Figure[] = []
for (const { title, measure } of benchmarks) {
    const measured = (await measure()).filter(({ name }) => name.startsWith(only))
    figures.push(...measured)
    if (!json) printTable(title, measured)
}
if (json) process.stdout.write(`${JSON.stringify({ figures })}\n`)

async function loadBenchmarks(): Promise<Benchmark[]> {
    const files = readdirSync(import.meta.dirname).filter(file => file.endsWith(".bench.ts"))
    return Promise.all(files.sort().map(async file => (await import(`./${file}`)).default))
}

function printTable(title: string, measured: Figure[]): void {
    const rows = measured.map(({ name, value, unit }) => ({ name, value: value.toLocaleString("en"), unit }))
    const widest = (column: "name" | "value") => Math.max(0, ...rows.map(row => row[column].length))
    console.log(`\n${title}`)
    for (const { name, value, unit } of rows)
        console.log(`  ${name.padEnd(widest("name"))}  ${value.padStart(widest("value"))} ${unit}`)
}
