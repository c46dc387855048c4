import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, expect, test } from "vitest"
import { z } from "zod"
import { DocumentError, YamlDocument } from "../../simulators/document"

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
    ["name: a\nname: b\n", "syntax", ":2:1: Map keys must be unique"],
    ["name: [a\n", "syntax", ":2:1: "],
    ["just text", "content", ":1:1: Invalid input: expected object, received string"],
    ["", "content", ":1:1: Invalid input: expected object, received null"],
])("%j is a complaint about %s with its place", (text, reason, complaint) => {
    const error = complaintOf(() => parse(text))
    expect(error.reason).toBe(reason)
    expect(error.message.slice(join(folder, "document.yaml").length)).toContain(complaint)
    expect(error.message).not.toContain("\n")
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
