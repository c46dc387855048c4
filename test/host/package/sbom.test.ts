import { createHash } from "node:crypto"
import { readFileSync } from "node:fs"
import { expect, test } from "vitest"
import { buildFirmware } from "../../../src/host/build/firmware"
import { loadProject } from "../../../src/host/build/project"
import { sbomOf } from "../../../src/host/package/sbom"
import { sourcesOf } from "../../../src/host/package/sources"

const sha256 = (content: string | Uint8Array) => createHash("sha256").update(content).digest("hex")

test("the bill names image, compiler, libraries and sources, with hashes of what they are", async () => {
    const { image } = await buildFirmware("gas-valve")
    const sbom = await sbomOf("gas-valve")
    expect(sbom).toMatchObject({ bomFormat: "CycloneDX", specVersion: "1.6", version: 1 })
    expect(sbom.metadata.component).toMatchObject({ type: "firmware", name: "gas-valve" })
    expect(sbom.metadata.component.hashes![0].content).toBe(sha256(image))
    expect(sbom.metadata.tools.components).toMatchObject([{ purl: "pkg:npm/%40devicescript/cli@2.16.4" }])
    const names = sbom.components.map(({ name }) => name)
    expect(names).toContain("@devicescript/core")
    const driver = sbom.components.find(({ name }) => name === "node_modules/devicescript-domovoi/devs/drivers/fram.ts")
    expect(driver!.hashes![0].content).toBe(sha256(readFileSync("devs/drivers/fram.ts", "utf8")))
    expect(new Set(sbom.components.map(component => component["bom-ref"])).size).toBe(sbom.components.length)
    expect(await sbomOf("gas-valve")).toEqual(sbom)
})

test("it lists what is imported, and nothing else", async () => {
    const names = (await sbomOf("gas-valve")).components.map(({ name }) => name)
    expect(names).toContain("src/gas-valve.ts")
    expect(names).toContain("boards/valve_pico.board.json")
    expect(names).not.toContain("src/doorbell.ts")
    expect(names.some(name => name.includes("crypto/p256"))).toBe(false)
})

test("imports of all forms are followed, those of types alone are not", async () => {
    const project = await loadProject("gas-valve")
    const file = (path: string, text: string) => ({ path, origin: path, text })
    const { files, libraries } = sourcesOf({
        ...project,
        entry: "src/a.ts",
        files: [
            file(
                "src/a.ts",
                'import {\n    b,\n} from "./b"\nimport "./c"\nexport * from "./d/index"\nimport type { E } from "./e"\n',
            ),
            file("src/b.ts", 'import { I2CError } from "@devicescript/i2c"\nimport "./a"\n'),
            file("src/c.ts", "export {}\n"),
            file("src/d/index.ts", 'export { type F, f } from "../f"\n'),
            file("src/e.ts", ""),
            file("src/f.ts", ""),
            file("src/g.ts", ""),
        ],
    })
    expect(files.map(({ path }) => path)).toEqual(["src/a.ts", "src/b.ts", "src/c.ts", "src/d/index.ts", "src/f.ts"])
    expect(libraries).toEqual(["@devicescript/i2c"])
})
