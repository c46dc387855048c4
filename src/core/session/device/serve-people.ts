import { hex } from "../../crypto/hex"
import { joinBytes } from "../../crypto/join-bytes"
import { Event, Let } from "../../eventlog/event"
import { MOST_PEOPLE } from "../../owner/owner-records"
import { Action, may, Role } from "../../owner/rights"
import type { Log } from "../../ports"
import { CoapCode, type CoapMessage } from "../coap-message"
import type { Household } from "./household"
import { type Asker, bare, pathOf, type Reply } from "./requests"

const LIST = "people"
const INVITE = "people/invite"
const REMOVE = "people/remove"
const LEAVE = "me"

const LAST_ROLE = Role.Service
/** In place of a role: this is who asks. */
const ASKER = 255

/**
 * Lists, invites and removes people.
 *
 * | path | method | right | payload | response |
 * | --- | --- | --- | --- | --- |
 * | `people` | GET | `ManagePeople` | | of each who is known: place and role; then place and 255 for who asks |
 * | `people/invite` | POST | `ManagePeople` | role | number of the invitation, and its secret of 16 bytes |
 * | `people/remove` | POST | `ManagePeople` | place | |
 * | `me` | DELETE | | | |
 *
 * @param forget the keys of a place, when nobody is there any more
 * @returns also that there is no such thing here, not by this method, or not for this asker
 * @throws StoreError
 */
export async function servePeople(
    household: Household,
    log: Log,
    forget: (place: number) => Promise<void>,
    request: CoapMessage,
    { who, role, from }: Asker,
): Promise<Reply> {
    const { code, payload } = request
    const path = pathOf(request)
    let method = CoapCode.Post
    if (path === LIST) method = CoapCode.Get
    else if (path === LEAVE) method = CoapCode.Delete
    else if (path !== INVITE && path !== REMOVE) return bare(CoapCode.NotFound)
    if (code !== method) return bare(CoapCode.NotAllowed)
    if (path !== LEAVE && !may(role, Action.ManagePeople, from)) return bare(CoapCode.Forbidden)
    if (path === LIST) {
        const people: number[] = []
        for (let place = 0; place < MOST_PEOPLE; place++) {
            const theirs = household.roleOf(place)
            if (theirs !== undefined) people.push(place, theirs)
        }
        people.push(who, ASKER)
        return { code: CoapCode.Content, payload: Buffer.from(people) }
    }
    if (path !== LEAVE && payload.length !== 1) return bare(CoapCode.BadRequest)
    if (path === INVITE) {
        if (payload[0] > LAST_ROLE) return bare(CoapCode.BadRequest)
        const invitation = await household.invite(payload[0])
        const secret = household.secretOf(invitation) || hex``
        log.record(Event.Credential, Let.Invited, payload[0])
        return { code: CoapCode.Changed, payload: joinBytes([Buffer.from([invitation]), secret]) }
    }
    const place = path === LEAVE ? who : payload[0]
    if (!household.isTaken(place)) return bare(CoapCode.NotFound)
    if (!(await household.remove(place))) return bare(CoapCode.Forbidden)
    log.record(Event.Credential, Let.Out, 0)
    await forget(place)
    return bare(CoapCode.Deleted)
}
