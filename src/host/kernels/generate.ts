/** Writes the generated modules of src/core/crypto and devs/bench: `npx tsx src/host/kernels/generate.ts`. */
import { execFileSync } from "node:child_process"
import { writeFileSync } from "node:fs"
import path from "node:path"
import { fileURLToPath } from "node:url"
import { ed25519 } from "@noble/curves/ed25519.js"
import { p256 } from "@noble/curves/nist.js"
import { knownKeyModule } from "../package/known-key"
import { edwardsBaseModule, p256BaseModule } from "./comb-tables"
import { FIELD_P256 } from "./field-p256"
import { FIELD_25519 } from "./field25519"
import { printModule } from "./print"
import { edwardsPublicBaseModule, p256OddBaseModule, p256PublicBaseModule } from "./public-combs"

const ROOT = fileURLToPath(new URL("../../../", import.meta.url))

/** What the benchmarks sign with: 0, 1, 2 …, and 1, 2, 3 … */
const BENCH_SEED = Uint8Array.from({ length: 32 }, (_, i) => i)
const BENCH_SECRET = BENCH_SEED.map(i => i + 1)

const MODULES: Record<string, () => string> = {
    "devs/bench/known-ed25519.ts": () => knownKeyModule("EdDSA", ed25519.getPublicKey(BENCH_SEED)),
    "devs/bench/known-p256.ts": () => knownKeyModule("ES256", p256.getPublicKey(BENCH_SECRET, false).slice(1)),
    "src/core/crypto/edwards-base.ts": edwardsBaseModule,
    "src/core/crypto/edwards-public-base.ts": edwardsPublicBaseModule,
    "src/core/crypto/field25519.ts": () => printModule(FIELD_25519),
    "src/core/crypto/field-p256.ts": () => printModule(FIELD_P256),
    "src/core/crypto/p256-base.ts": p256BaseModule,
    "src/core/crypto/p256-odd-base.ts": p256OddBaseModule,
    "src/core/crypto/p256-public-base.ts": p256PublicBaseModule,
}

/** What each generated file has to hold, by its path in the repository. */
export function generatedModules(): Map<string, string> {
    return new Map(Object.entries(MODULES).map(([file, make]) => [file, format(file, make())]))
}

function format(file: string, text: string): string {
    const biome = path.join(ROOT, "node_modules/.bin/biome")
    return execFileSync(biome, ["format", `--stdin-file-path=${file}`], { cwd: ROOT, input: text, encoding: "utf8" })
}

if (process.argv[1] === fileURLToPath(import.meta.url))
    for (const [file, text] of generatedModules()) writeFileSync(path.join(ROOT, file), text)
