/** Fuzzers of the stage in C: they look for inputs over which it crashes, takes too long, changes its mind, or erases what it should not. */
import { spawnSync } from "node:child_process"
import { mkdirSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { framed } from "./cases"
import { SANITIZED, Workshop } from "./compile"
import type { Expectation } from "./portable"

/**
 * Inputs that are the same for the same seed.
 * @throws Error with what the sanitizers say of the first that does harm
 */
export function fuzz(program: string, seeds: readonly Expectation[], inputs: number, seed: number): void {
    const cases = seeds.map(({ bytes }) => bytes)
    const run = spawnSync(program, [String(inputs), String(seed)], { input: framed(cases), encoding: "utf8" })
    if (run.status !== 0 || run.stdout.trim() !== String(inputs))
        throw new Error(`seed ${seed}: ${run.signal ?? run.status} ${run.stderr.slice(0, 2000)}`)
}

/**
 * libFuzzer, which looks for inputs that reach code that none has reached before.
 * @returns its last line
 * @throws Error with what it found
 */
export function libFuzzer(seeds: readonly Expectation[], inputs: number, seed: number): string {
    const program = new Workshop(["-std=c99", ...SANITIZED, "-fsanitize=fuzzer"], "clang").build("target")
    const corpus = join(dirname(program), "corpus")
    mkdirSync(corpus)
    for (const [i, { bytes }] of seeds.entries()) writeFileSync(join(corpus, String(i)), bytes)
    const options = [`-runs=${inputs}`, `-seed=${seed}`, "-max_len=16384", "-print_final_stats=0", corpus]
    const run = spawnSync(program, options, { cwd: dirname(program), encoding: "utf8", maxBuffer: 1 << 28 })
    if (run.status !== 0) throw new Error(`libFuzzer: ${run.stderr.slice(-4000)}`)
    return run.stderr.trim().split("\n").at(-1)!
}
