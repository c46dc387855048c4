/** The compiler links the constants of each file that is imported: so what only verifies must not reach the file of the table for signing. */
import { build } from "esbuild"
import { expect, test } from "vitest"

const SIGNING_TABLE = "src/core/crypto/edwards-base.ts"

async function filesBehind(entry: string): Promise<string[]> {
    const { metafile } = await build({ entryPoints: [entry], bundle: true, write: false, metafile: true })
    return Object.keys(metafile.inputs)
}

test.each(["src/core/cose/eddsa.ts", "src/core/cose/eddsa-known.ts"])("%s comes without it", async verifier => {
    const files = await filesBehind(verifier)
    expect(files).toContain("src/core/crypto/edwards-public-base.ts")
    expect(files).not.toContain(SIGNING_TABLE)
})

test("what signs has it", async () => {
    expect(await filesBehind("src/core/crypto/ed25519.ts")).toContain(SIGNING_TABLE)
})
