import { fieldsOf, rowOf } from "../../src/core/owner/commands"
import type { Action } from "../../src/core/owner/rights"
import { CoapCode } from "../../src/core/session/coap-message"
import { type Asker, bare, type Reply } from "../../src/core/session/device/requests"
import { type Served, servers } from "../servers/start-server"

/**
 * Does what somebody known asks for: the command of a service, as the bus serves it to strangers as long as nobody is known.
 * @param names of the service and of its command, in its specification
 * @param payload the command's fields
 * @returns the report's fields, or why there is none
 */
export async function serveCommand(
    names: readonly string[],
    payload: Buffer,
    asker: Asker,
    mayNow: (asker: Asker, action: Action) => boolean,
): Promise<Reply> {
    for (const server of servers) {
        if (server.spec.name !== names[0]) continue
        const spec = server.spec.lookup(names[1])
        const row = spec ? rowOf(server.commands, spec.code) : -1
        const served = row < 0 ? undefined : (server as unknown as Record<string, Served>)[spec.name]
        if (!served) break
        if (!mayNow(asker, server.commands[row])) return bare(CoapCode.Forbidden)
        const fields = fieldsOf(server.commands, row, payload)
        if (!fields) return bare(CoapCode.BadRequest)
        const result = await served(...fields, asker)
        return { code: CoapCode.Changed, payload: spec.response.encode(result).payload }
    }
    return bare(CoapCode.NotFound)
}
