/** docs/session.md has every reason with its answer, every bound, and the figures that are accepted. */
import { readFileSync } from "node:fs"
import { expect, test } from "vitest"
import { answerCode } from "../../src/core/session/answers"
import * as bounds from "../../src/core/session/bounds"
import { SessionRefusal } from "../../src/core/session/refusal"
import { readAccepted } from "../bench/accepted"

const document = readFileSync("docs/session.md", "utf8")
const rows = document
    .split("\n")
    .filter(line => line.startsWith("| "))
    .map(line => line.slice(2).replace(/ ?\|$/, "").split(" | "))

test("reasons", () => {
    const written = rows.filter(([number]) => /^1[2-6]\d$/.test(number))
    const members = Object.entries(SessionRefusal).filter(([, number]) => typeof number === "number" && number > 0)
    expect(written.map(([number, name]) => [name, Number(number)])).toEqual(
        members.map(([name, number]) => [`\`${name}\``, number]),
    )
    for (const [number, name, , answer = ""] of written) {
        const code = answerCode(Number(number))
        const expected = code === 0 ? "" : `${code >> 5}.${String(code & 31).padStart(2, "0")}`
        expect(answer.trim().slice(0, 4), name).toBe(expected)
    }
})

test("bounds", () => {
    for (const [name, value] of Object.entries(bounds))
        expect(rows.find(([first]) => first === `\`${name}\``)?.[1], name).toBe(`${value}`)
})

test("costs", () => {
    const accepted = readAccepted()
    const shown = (value: number) => value.toLocaleString("en-US")
    for (const suite of ["aesCcm", "chacha20", "aesCtrHmac"])
        for (const length of [16, 64, 185]) {
            const [open, protect] = ["open", "protect"].map(
                what => accepted[`session.${suite}.${what}${length}.opcodes`],
            )
            expect(document).toContain(`| ${shown(open)} + ${shown(protect)} |`)
        }
    for (const step of [
        "pair.message1",
        "pair.message3",
        "pair.first",
        "reconnect.offer",
        "reconnect.first",
        "hostile.offer",
    ])
        expect(document).toContain(`| ${shown(accepted[`session.${step}.opcodes`])} |`)
    for (const length of [16, 64, 180]) {
        expect(document).toContain(`| ${shown(accepted[`session.request${length}.opcodes`])} |`)
        expect(document).toContain(`| ${shown(accepted[`session.wire.request${length}.bytes`])} |`)
    }
    for (const piece of ["coap", "server", "bothRoles", "aesCcm", "chacha20", "aesCtrHmac"]) {
        expect(document).toContain(`| ${shown(accepted[`session.code.${piece}.alone`])} |`)
    }
})
