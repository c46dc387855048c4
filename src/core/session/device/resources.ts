/** What is served inside sessions: one table says what, how, and to whom. */
import { type Action, may, type Place, type Role } from "../../owner/rights"
import { CoapCode, type CoapMessage } from "../coap-message"
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

export interface Resource {
    /** Segments of Uri-Path, with `/` between. */
    readonly path: string
    /** GET changes nothing, and may be said again (RFC 7252 §5.8.1). */
    readonly method: CoapCode
    /** Undefined: anybody who is known may. */
    readonly action: Action | undefined
    serve(payload: Buffer, asker: Asker): Promise<Reply>
}

/** Serves a request, or says why not: there is no such resource, not by this method, or not for this asker. */
export async function serveFrom(table: readonly Resource[], request: CoapMessage, asker: Asker): Promise<Reply> {
    const path = pathOf(request)
    let code = CoapCode.NotFound
    for (const resource of table) {
        if (resource.path !== path) continue
        code = CoapCode.NotAllowed
        if (resource.method !== request.code) continue
        const { action } = resource
        if (action !== undefined && !may(asker.role, action, asker.from)) return bare(CoapCode.Forbidden)
        return await resource.serve(request.payload, asker)
    }
    return bare(code)
}

export function bare(code: CoapCode): Reply {
    return { code, payload: Buffer.alloc(0) }
}

/** Segments of Uri-Path, with `/` between. */
export function pathOf({ options }: CoapMessage): string {
    let path = ""
    for (const option of options)
        if (option.number === CoapOptionNumber.UriPath) path += (path.length > 0 ? "/" : "") + option.value.toString()
    return path
}
