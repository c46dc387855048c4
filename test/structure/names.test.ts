import { readdirSync, readFileSync } from "node:fs"
import { expect, test } from "vitest"

const ROOT = new URL("../../", import.meta.url).pathname
/** As often is a name said that has a place in the list. */
const OFTEN = 7

const names = [...readFileSync(`${ROOT}devs/names.ts`, "utf8").matchAll(/^"(\w+)"$/gm)].map(([, name]) => name)
const code = ["src/core", "devs"]
    .flatMap(folder =>
        readdirSync(ROOT + folder, { recursive: true, encoding: "utf8" })
            .filter(path => path.endsWith(".ts") && path !== "names.ts")
            .map(path => readFileSync(`${ROOT}${folder}/${path}`, "utf8")),
    )
    .join("\n")
    .replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, "")

/** Those that the code, without its comments, no longer says as often. */
function rarelySaid(listed: readonly string[]): string[] {
    return listed.filter(name => [...code.matchAll(new RegExp(`\\b${name}\\b`, "g"))].length < OFTEN)
}

test("devs/names.ts lists names that the device's code says often, each once and in order", () => {
    expect(names.length).toBeGreaterThan(40)
    expect(names).toEqual([...new Set(names)].sort())
    expect(rarelySaid(names)).toEqual([])
})

test("and one that nobody says any more is found", () => {
    expect(rarelySaid(["refuse", "refuseNobody", "bytes"])).toEqual(["refuseNobody"])
})
