/** `test/programs/judge-package.ts`, built with packages to judge. */
import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { buildFirmware } from "../../../src/host/build/firmware"
import { programManifest } from "../../../src/host/package/manifest"
import { DAVE } from "./dave"
import { signed, TARGET, testProgram } from "./packages"
import { ALICE, CAROL } from "./signers"

const PROGRAM = testProgram(200)
const PARTS = programManifest(TARGET, PROGRAM)
/** With its program, which the others leave to the runtime. */
export const WHOLE_PACKAGE = await signed(PARTS, PROGRAM, ALICE)
/** Where its signature begins: behind the null in place of the payload. */
const SIGNATURE_AT = WHOLE_PACKAGE.indexOf(Buffer.from("f65840", "hex")) + 3
export const SIGNATURE = WHOLE_PACKAGE.subarray(SIGNATURE_AT, SIGNATURE_AT + 64)

/** What is measured, in the program's order. */
export const JUDGE_SECTIONS = [
    "readers.receive",
    "readers.judge",
    "readers.payload",
    ...["eddsa", "es256", "slhdsa", "hybrid"].flatMap(name => [`${name}.receive`, `${name}.judge`]),
]

export async function buildJudge(): Promise<Uint8Array> {
    const bytes = {
        WHOLE_PACKAGE,
        EDDSA_PACKAGE: await signed(PARTS, undefined, ALICE),
        ES256_PACKAGE: await signed(PARTS, undefined, CAROL),
        HYBRID_PACKAGE: await signed(PARTS, undefined, DAVE, ALICE),
        EDDSA_KEY: ALICE.key.publicKey,
        ES256_KEY: CAROL.key.publicKey,
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
        return (await buildFirmware(join(folder, "judge-package.ts"), { cacheDir: join(folder, "cache") })).image
    } finally {
        await rm(folder, { recursive: true })
    }
}
