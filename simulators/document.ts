import { isMap, isNode, isPair, parseDocument, type Document as Yaml } from "yaml"
import type { z } from "zod"
import { FileTooLarge, readBoundedFile } from "./bounded-file"
import { DocumentError } from "./document-error"
import { tooDeep, unusable, YAML_LIMITS, type YamlComplaint } from "./yaml-limits"

/** Steps from the root of a document to one of its values: keys and indices. */
export type DocumentPath = readonly PropertyKey[]

/** A YAML file that remembers where each of its values stands. */
export class YamlDocument {
    readonly #yaml: Yaml
    readonly #text: string

    /**
     * @param file path as it shall appear in errors
     * @throws DocumentError if the file is not there, cannot be read, is not YAML or goes beyond `YAML_LIMITS`
     */
    constructor(readonly file: string) {
        this.#text = readText(file)
        // Composing takes a call a level.
        this.#refuse(tooDeep(this.#text))
        // Keys that stand twice are found by `unusable`, in linear time.
        this.#yaml = parseDocument(this.#text, { uniqueKeys: false, prettyErrors: false })
        const [error] = this.#yaml.errors
        this.#refuse(error && { offset: error.pos[0], message: firstLine(error.message) })
        this.#refuse(unusable(this.#yaml.contents))
    }

    /** @throws DocumentError naming the place of the first thing that does not fit the schema */
    parse<T>(schema: z.ZodType<T>): T {
        const result = schema.safeParse(this.#yaml.toJS({ maxAliasCount: NO_ALIAS_LIMIT }))
        if (result.success) return result.data
        const issue = result.error.issues[0]
        if (issue.code === "unrecognized_keys") throw this.problem([...issue.path, issue.keys[0]], "no such key")
        throw this.problem(issue.path, issue.message)
    }

    problem(path: DocumentPath, message: string): DocumentError {
        const place = this.#place(this.#offset(path))
        return new DocumentError(
            "content",
            this.file,
            `${place}: ${path.length ? `${formatPath(path)}: ` : ""}${message}`,
        )
    }

    #refuse(complaint: YamlComplaint | undefined): void {
        if (complaint)
            throw new DocumentError("syntax", this.file, `${this.#place(complaint.offset)}: ${complaint.message}`)
    }

    /** `:12:7`, line and column; the first of each is 1. */
    #place(offset: number): string {
        const lines = this.#text.slice(0, offset).split("\n")
        return `:${lines.length}:${lines.at(-1)!.length + 1}`
    }

    /** Where the key or list item at `path` begins; for a missing one, where the value that lacks it begins. */
    #offset(path: DocumentPath): number {
        let offset = 0
        for (let depth = 0; depth <= path.length; depth++) {
            const parent = this.#yaml.getIn(path.slice(0, Math.max(0, depth - 1)), true)
            const key = path[depth - 1]
            const pair = isMap(parent)
                ? parent.items.find(item => isNode(item.key) && item.key.toJSON() === key)
                : undefined
            const node = isPair(pair) ? pair.key : this.#yaml.getIn(path.slice(0, depth), true)
            if (!isNode(node) || !node.range) break
            offset = node.range[0]
        }
        return offset
    }
}

/** How many values aliases stand for has been looked at before. */
const NO_ALIAS_LIMIT = -1

function readText(file: string): string {
    try {
        return readBoundedFile(file, YAML_LIMITS.bytes).toString()
    } catch (error) {
        if (error instanceof FileTooLarge)
            throw new DocumentError("unreadable", file, `: cannot be read: ${error.message}`)
        const { code, message } = error as NodeJS.ErrnoException
        if (code === "ENOENT") throw new DocumentError("missing", file, ": no such file")
        throw new DocumentError("unreadable", file, `: cannot be read: ${message}`)
    }
}

/** `["scenario", 3, "part"]` as `scenario[3].part`. */
function formatPath(path: DocumentPath): string {
    return path.map((step, i) => (typeof step === "number" ? `[${step}]` : `${i ? "." : ""}${String(step)}`)).join("")
}

function firstLine(text: string): string {
    return text.split("\n")[0].replace(/ at line \d+.*/, "")
}
