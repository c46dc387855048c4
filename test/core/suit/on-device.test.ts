/** The same readers in the VM: good packages are accepted there, and changed ones refused for the same reasons as on Node. */
import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { beforeAll, expect, test } from "vitest"
import { loadBoard } from "../../../simulators/board/definition"
import { EDDSA } from "../../../src/core/cose/eddsa"
import type { Verifier } from "../../../src/core/cose/verifier"
import { buildFirmware } from "../../../src/host/build/firmware"
import { programManifest } from "../../../src/host/package/manifest"
import { runSections } from "../../bench/sections"
import { workbenchFor } from "../../simulators/board/workbench"
import { DAVE } from "./dave"
import { receive } from "./device"
import { signed, TARGET, testProgram } from "./packages"
import { ALICE } from "./signers"

const BOARD = loadBoard("valve_pico", "boards")
const PROGRAM = testProgram(200)
const PARTS = programManifest(TARGET, PROGRAM)
const EDDSA_PACKAGE = await signed(PARTS, PROGRAM, ALICE)
/** Where the signature begins: behind the null in place of the payload. */
const SIGNATURE_AT = EDDSA_PACKAGE.indexOf(Buffer.from("f65840", "hex")) + 3
const SIGNATURE = EDDSA_PACKAGE.subarray(SIGNATURE_AT, SIGNATURE_AT + 64)

/** As in the program. */
const KNOWN: Verifier = {
    ...EDDSA,
    verify: async (_key, _message, signature) => (await signature.read(64)).equals(SIGNATURE),
}

let image: Uint8Array
beforeAll(async () => {
    const bytes = {
        EDDSA_PACKAGE,
        HYBRID_PACKAGE: await signed(PARTS, PROGRAM, DAVE, ALICE),
        EDDSA_KEY: ALICE.key.publicKey,
        SLH_DSA_KEY: DAVE.key.publicKey,
        VENDOR_ID: TARGET.vendorId,
        CLASS_ID: TARGET.classId,
        SIGNATURE,
    }
    const constants = Object.entries(bytes).map(
        ([name, value]) => `export const ${name} = hex\`${value.toString("hex")}\``,
    )
    const folder = await mkdtemp(join(tmpdir(), "domovoi-package-"))
    try {
        await copyFile("test/programs/judge-package.ts", join(folder, "judge-package.ts"))
        await writeFile(join(folder, "package-bytes.ts"), `${constants.join("\n")}\n`)
        image = (await buildFirmware(join(folder, "judge-package.ts"), { cacheDir: join(folder, "cache") })).image
    } finally {
        await rm(folder, { recursive: true })
    }
})

test("good packages are accepted, within the opcodes allowed between two pauses", () => {
    const sections = runSections(image, BOARD)
    expect(sections.map(({ name }) => name)).toEqual(
        ["readers", "eddsa", "slhdsa", "hybrid"].flatMap(name => [
            `${name}.receive`,
            `${name}.judge`,
            `${name}.payload`,
        ]),
    )
    for (const { name, longestRunOpcodes } of sections) expect(longestRunOpcodes, name).toBeLessThanOrEqual(60_000)
})

test("with any byte changed, the package is refused there as it is here", async () => {
    const printed: string[] = []
    const { trace, runMs } = workbenchFor(image, BOARD)
    trace.watch(({ kind, line }) => {
        if (kind === "log" && /^> \d/.test(String(line))) printed.push(String(line).slice(2))
    })
    while (printed.length < EDDSA_PACKAGE.length) runMs(1000)
    const policy = { version: 3, threshold: 1, keys: [ALICE.key] }
    for (let i = 0; i < EDDSA_PACKAGE.length; i++) {
        const changed = Buffer.from(EDDSA_PACKAGE)
        changed[i] ^= 1 << (i & 7)
        const { refusal, refusedAt } = await receive(changed, { policy, verifiers: [KNOWN] })
        expect(refusal).not.toBe(0)
        expect(printed[i]).toBe(`${i}: ${refusal} at ${refusedAt}`)
    }
})
