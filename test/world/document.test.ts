import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, describe, expect, test } from "vitest"
import { z } from "zod"
import { YamlDocument } from "../../simulators/document"
import { DocumentError } from "../../simulators/document-error"
import { YAML_LIMITS } from "../../simulators/yaml-limits"

const folder = mkdtempSync(join(tmpdir(), "domovoi-document-"))
afterAll(() => rmSync(folder, { recursive: true }))

const schema = z.strictObject({
    name: z.string("give it a name"),
    sizes: z.array(z.int("expected a whole number")).optional(),
    inner: z.strictObject({ depth: z.number("expected a number") }).optional(),
})

function parse(text: string) {
    const file = join(folder, "document.yaml")
    writeFileSync(file, text)
    return new YamlDocument(file).parse(schema)
}

test("a document that fits is returned", () => {
    expect(parse("name: a\nsizes: [1, 2]\n")).toEqual({ name: "a", sizes: [1, 2] })
})

test.each([
    ["sizes: [1]\n", "content", ":1:1: name: give it a name"],
    ["name: a\nsizes:\n    - 1\n    - x\n", "content", ":4:7: sizes[1]: expected a whole number"],
    ["name: a\ninner:\n    depth: deep\n", "content", ":3:5: inner.depth: expected a number"],
    ["name: a\ninner: {}\n", "content", ":2:1: inner.depth: expected a number"],
    ["name: a\ninner: { depth: 1, width: 2 }\n", "content", ":2:20: inner.width: no such key"],
    ["name: a\ncolour: red\n", "content", ":2:1: colour: no such key"],
    ["name: a\nname: b\n", "syntax", ':2:1: "name" stands here twice'],
    ["name: [a\n", "syntax", ":2:1: "],
    ["just text", "content", ":1:1: Invalid input: expected object, received string"],
    ["", "content", ":1:1: Invalid input: expected object, received null"],
])("%j is a complaint about %s with its place", (text, reason, complaint) => {
    const error = complaintOf(() => parse(text))
    expect(error.reason).toBe(reason)
    expect(error.message.slice(join(folder, "document.yaml").length)).toContain(complaint)
    expect(error.message).not.toContain("\n")
})

/** Lists of nine, each of nine of the one before. */
const bomb = (lists: number) =>
    Array.from({ length: lists }, (_, i) => `l${i}: &l${i} [${Array(9).fill(i === 0 ? "x" : `*l${i - 1}`)}]\n`).join("")

describe("what asks too much of its reader is refused, with its place", () => {
    const LIMITS = YAML_LIMITS
    const deep = (depth: number) => "[".repeat(depth) + "]".repeat(depth)
    test.each([
        ["values behind aliases", bomb(6), ":5:9: stands for more than 50000 values"],
        ["very many of them", bomb(300), ":5:9: stands for more than 50000 values"],
        ["many values", `a: [${"0,".repeat(LIMITS.values)}]`, ":1:4: stands for more than 50000 values"],
        ["what contains itself", "a: &a\n  b: *a\n", ":2:6: *a stands within what it names"],
        ["what contains itself further down", "a: &a [[1, *a]]\n", ":1:12: *a stands within what it names"],
        ["depth", `a: ${deep(LIMITS.depth + 1)}`, "nested more than 32 deep"],
        ["depth without an end", "[".repeat(200_000), "nested more than 32 deep"],
        ["depth of lines", "- ".repeat(100_000), "nested more than 32 deep"],
        ["depth of keys", "? ".repeat(100_000), "nested more than 32 deep"],
        [
            "depth behind aliases",
            `a: &a ${deep(20)}\nb: ${"[".repeat(20)}*a${"]".repeat(20)}\n`,
            ":2:24: nested more than 32",
        ],
        ["a key twice", "a: 1\nb: 2\na: 3\n", ':3:1: "a" stands here twice'],
        ["a key twice, in other words", "{ 1: a, '1': b }", ':1:9: "1" stands here twice'],
        ["what all objects are made of", "a: 1\n__proto__: { name: b }\n", ":2:1: no such key"],
        ["a list as a key", "? [a]\n: 1\n", "a key is a word"],
        ["an alias as a key", "a: &a b\n*a : 1\n", "a key is a word"],
        ["two documents", "a: 1\n---\nb: 1\n", "multiple documents"],
    ])("%s", (_, text, complaint) => {
        const error = complaintOf(() => parse(text))
        expect([error.reason, error.message.slice(join(folder, "document.yaml").length)]).toEqual([
            "syntax",
            expect.stringContaining(complaint),
        ])
    })

    test("a file of more bytes than any that a person writes", () => {
        expect(parse(`name: a\n#${"x".repeat(LIMITS.bytes - 10)}\n`)).toEqual({ name: "a" })
        const error = complaintOf(() => parse(`name: a\n#${"x".repeat(LIMITS.bytes)}\n`))
        expect([error.reason, error.message]).toEqual(["unreadable", expect.stringContaining("more than 262144 bytes")])
    })

    test("what is within the limits is read: aliases, depth, many mistakes", () => {
        expect(parse("name: &n a\nsizes: &s [1]\n")).toEqual({ name: "a", sizes: [1] })
        const anything = z.looseObject({})
        writeFileSync(join(folder, "document.yaml"), `a: &a [1]\nb: [*a, *a]\nc: ${deep(LIMITS.depth - 1)}\n${bomb(4)}`)
        const read = new YamlDocument(join(folder, "document.yaml")).parse(anything)
        expect([read.b, JSON.stringify(read.l3).match(/x/g)?.length]).toEqual([[[1], [1]], 9 ** 4])
        expect(complaintOf(() => parse("]\n".repeat(100_000))).reason).toBe("syntax")
    })
})

test("a file that is not there, and one that cannot be read", () => {
    expect(complaintOf(() => new YamlDocument(join(folder, "nowhere.yaml")))).toMatchObject({ reason: "missing" })
    expect(complaintOf(() => new YamlDocument(folder))).toMatchObject({ reason: "unreadable" })
})

function complaintOf(read: () => unknown): DocumentError {
    try {
        read()
    } catch (error) {
        if (error instanceof DocumentError) return error
        throw error
    }
    throw new Error("no complaint")
}
