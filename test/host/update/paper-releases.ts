/** Releases for a unit of paper: programs that call themselves by their numbers, and packages signed by one key. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { buildFirmware } from "../../../src/host/build/firmware"
import { simulatedRelease } from "../../../src/host/unit/simulated-factory"
import { packageOf } from "./releases"

export const signer = simulatedRelease("EdDSA")
/** Whose packages a host takes. */
export const trust = { version: 0, threshold: 1, keys: [signer.key] }

export interface PaperReleases {
    /** Programs by the numbers that they call themselves, and their packages. */
    readonly images: ReadonlyMap<number, Buffer>
    readonly packages: ReadonlyMap<number, Buffer>
}

export async function paperReleases(...numbers: number[]): Promise<PaperReleases> {
    const folder = mkdtempSync(join(tmpdir(), "domovoi-releases-"))
    const images = new Map<number, Buffer>()
    const packages = new Map<number, Buffer>()
    try {
        for (const number of numbers) {
            const entry = join(folder, `release-${number}/src/main.ts`)
            mkdirSync(join(entry, ".."), { recursive: true })
            writeFileSync(join(entry, "../../package.json"), '{ "name": "home", "version": "1.0.0" }')
            writeFileSync(entry, `console.log({ model: "x", sequenceNumber: ${number}, more: 1 })\n`)
            const image = Buffer.from((await buildFirmware(entry)).image)
            images.set(number, image)
            packages.set(number, await packageOf("gas-valve", number, image, { signer }))
        }
    } finally {
        rmSync(folder, { recursive: true })
    }
    return { images, packages }
}
