/** docs/troubleshooting.md says of everything that a unit or a command can say what to do about it. */
import { readFileSync } from "node:fs"
import { expect, test } from "vitest"
import { PartFault } from "../../src/core/diagnosis/part-fault"
import { Cause, causeNumber } from "../../src/core/failsafe/cause"
import { IdentityRefusal, IdentityState } from "../../src/core/identity/identity-state"
import { OwnerRefusal } from "../../src/core/owner/owner-refusal"
import { UpdateRefusal } from "../../src/core/update/update-refusal"
import { CAUSE_CURES } from "../../src/host/doctor/causes"
import { type FindingId, KINDS } from "../../src/host/doctor/finding"
import { rowOf } from "./troubleshooting-rows"

const document = readFileSync("docs/troubleshooting.md", "utf8")

/** Rows of the table that follows a text: number, name, what to do. */
function rowsAfter(text: string): string[][] {
    const lines = document.slice(document.indexOf(text)).split("\n")
    const first = lines.findIndex(line => line.startsWith("| --- "))
    const end = lines.findIndex((line, at) => at > first && !line.startsWith("|"))
    return lines.slice(first + 1, end).map(line => line.slice(2, -2).split(" | "))
}

const membersOf = (table: object) =>
    Object.entries(table).flatMap(([name, number]) => (typeof number === "number" ? [[number, name] as const] : []))

const NUMBERED: [string, readonly (readonly [number, string])[]][] = [
    ["`PartFault` of the register", membersOf(PartFault)],
    ["`Cause`, bits", membersOf(Cause).map(([bit, name]) => [causeNumber(bit), name])],
    ["`IdentityState`, register", membersOf(IdentityState)],
    ["`IdentityRefusal`, the answer", membersOf(IdentityRefusal)],
    ["`UpdateRefusal`, register", membersOf(UpdateRefusal)],
    ["`OwnerRefusal`, services", membersOf(OwnerRefusal)],
]

test.each(NUMBERED)("%s: every member has its row and its cure, and no row is of none", (text, members) => {
    expect(document.split(text)).toHaveLength(2)
    const rows = rowsAfter(text)
    expect(rows.map(([number, name]) => `${number} ${name}`)).toEqual(
        members.map(([number, name]) => `${number} \`${name}\``),
    )
    for (const [, name, cure] of rows) expect(cure?.length, name).toBeGreaterThan(5)
})

test("every finding of the doctor is there in its own words", () => {
    const rows = document.split("\n").filter(line => /^\| `\w+` \| (healthy|fault|doubtful|unknown) \|/.test(line))
    expect(rows).toEqual((Object.keys(KINDS) as FindingId[]).map(rowOf))
})

test("what is no healthy part names a next step, and what the doctor says of a cause is there", () => {
    for (const [id, kind] of Object.entries(KINDS))
        if (kind.verdict !== "healthy" && id !== "cause") expect(kind, id).toHaveProperty("next")
    for (const [name, cure] of Object.entries(CAUSE_CURES)) expect(document).toContain(`| \`${name}\` | ${cure} |`)
})

test("every fault of the record store is there", () => {
    const source = readFileSync("src/core/store/store-error.ts", "utf8")
    const faults = [...source.matchAll(/^ {4}\| "(\w+)"$/gm)].map(([, fault]) => fault)
    expect(faults.length).toBeGreaterThan(5)
    const names = rowsAfter("`StoreFault`, in").flatMap(([names]) => names.split(", "))
    expect(names.sort()).toEqual(faults.map(fault => `\`${fault}\``).sort())
})
