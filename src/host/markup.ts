/** Texts of a device, which may be hostile, inside markup. */
import { escapeControls } from "./plain-text"

const ENTITIES: Readonly<Record<string, string>> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
}

/** A text that means only itself in HTML and XML, between tags and in quoted attributes. Controls and marks that turn text are written out. */
export function escapeMarkup(text: string): string {
    const visible = escapeControls(text, character => `\\u{${character.codePointAt(0)!.toString(16)}}`)
    // Neither is a character of XML 1.0 (§2.2).
    return visible.replace(/[\ufffe\uffff]/g, "\ufffd").replace(/[&<>"']/g, character => ENTITIES[character])
}

/** A piece of markup that is safe as it stands. */
export class Markup {
    constructor(readonly text: string) {}
}

/** What goes into a template: texts are escaped, markup is not, lists are joined, and what is not there leaves nothing. */
export type Filling = string | number | Markup | undefined | readonly Filling[]

/** A template of HTML in which whatever is filled in is escaped, unless it is a template itself. */
export function html(parts: TemplateStringsArray, ...fillings: Filling[]): Markup {
    return new Markup(parts.map((part, at) => part + (at < fillings.length ? filled(fillings[at]) : "")).join(""))
}

function filled(filling: Filling): string {
    if (filling === undefined) return ""
    if (filling instanceof Markup) return filling.text
    if (typeof filling === "string" || typeof filling === "number") return escapeMarkup(`${filling}`)
    return filling.map(filled).join("")
}
