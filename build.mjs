/**
 * Bundles the `domovoi` command: `domovoi.js` and, beside it, what only some commands need; and the instrumenter, which is a program of its own
 * and one file, so that a digest of that file is a digest of its code. Then makes the runtimes that the command simulates chips with.
 */
import { execFileSync } from "node:child_process"
import { readdirSync, rmSync } from "node:fs"
import { join } from "node:path"
import { build } from "esbuild"

const FOLDER = "built"

const bundles = await Promise.all(
    [
        { entryPoints: { domovoi: "src/cli/bin.ts" }, splitting: true },
        { entryPoints: { instrumenter: "simulators/vm/instrumenter.ts" } },
        { entryPoints: { "ship-runtimes": "simulators/vm/ship-runtimes.ts" } },
    ].map(bundle =>
        build({
            ...bundle,
            bundle: true,
            platform: "node",
            target: "node20",
            format: "esm",
            packages: "external",
            sourcemap: true,
            metafile: true,
            logLevel: "warning",
            outdir: FOLDER,
        }),
    ),
)
// Parts are named by their content: those of an earlier build stay otherwise.
const made = new Set(bundles.flatMap(({ metafile }) => Object.keys(metafile.outputs)))
for (const name of readdirSync(FOLDER))
    if (/\.js(\.map)?$/.test(name) && !made.has(`${FOLDER}/${name}`)) rmSync(join(FOLDER, name))
execFileSync(process.execPath, [join(FOLDER, "ship-runtimes.js")], { stdio: "inherit" })
