/** What somebody known asks for inside a session, and what they are answered. */
import type { Place, Role } from "../../owner/rights"
import type { CoapCode, CoapMessage } from "../coap-message"
import { CoapOptionNumber } from "../coap-options"

/** Who asks, as the session says. */
export interface Asker {
    /** Place in the household. */
    readonly who: number
    readonly role: Role
    /** Where they are, as far as that is known. */
    readonly from: Place
}

export interface Reply {
    readonly code: CoapCode
    readonly payload: Buffer
}

export function bare(code: CoapCode): Reply {
    return { code, payload: Buffer.alloc(0) }
}

/** Segments of Uri-Path. */
export function segmentsOf({ options }: CoapMessage): string[] {
    const segments: string[] = []
    for (const option of options) if (option.number === CoapOptionNumber.UriPath) segments.push(option.value.toString())
    return segments
}

/** The same, with `/` between. */
export function pathOf(message: CoapMessage): string {
    return segmentsOf(message).join("/")
}
