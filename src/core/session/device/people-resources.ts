import { hex } from "../../crypto/hex"
import { Event, Let } from "../../eventlog/event"
import { Action, Role } from "../../owner/rights"
import type { Log } from "../../ports"
import { CoapCode } from "../coap-message"
import { type Household, MOST_PEOPLE } from "./household"
import { bare, type Resource } from "./resources"

const LAST_ROLE = Role.Service

/**
 * | path | method | payload | response |
 * | --- | --- | --- | --- |
 * | `people` | GET | | of each who is known: place and role; then place and 255 for who asks |
 * | `people/invite` | POST | role | number of the invitation, and its secret of 16 bytes |
 * | `people/remove` | POST | place | |
 * | `me` | DELETE | | |
 *
 * @param forget the keys of a place, when nobody is there any more
 */
export function peopleResources(household: Household, log: Log, forget: (place: number) => Promise<void>): Resource[] {
    async function remove(place: number) {
        if (!household.isTaken(place)) return bare(CoapCode.NotFound)
        if (!(await household.remove(place))) return bare(CoapCode.Forbidden)
        log.record(Event.Credential, Let.Out, 0)
        await forget(place)
        return bare(CoapCode.Deleted)
    }
    return [
        {
            path: "people",
            method: CoapCode.Get,
            action: Action.ManagePeople,
            serve: async (_payload, { who }) => {
                const people: number[] = []
                for (let place = 0; place < MOST_PEOPLE; place++) {
                    const role = household.roleOf(place)
                    if (role !== undefined) people.push(place, role)
                }
                people.push(who, 255)
                return { code: CoapCode.Content, payload: Buffer.from(people) }
            },
        },
        {
            path: "people/invite",
            method: CoapCode.Post,
            action: Action.ManagePeople,
            serve: async payload => {
                if (payload.length !== 1 || payload[0] > LAST_ROLE) return bare(CoapCode.BadRequest)
                const invitation = await household.invite(payload[0])
                const secret = household.secretOf(invitation) || hex``
                log.record(Event.Credential, Let.Invited, payload[0])
                const response = Buffer.alloc(1 + secret.length)
                response[0] = invitation
                response.set(secret, 1)
                return { code: CoapCode.Changed, payload: response }
            },
        },
        {
            path: "people/remove",
            method: CoapCode.Post,
            action: Action.ManagePeople,
            serve: async payload => (payload.length === 1 ? await remove(payload[0]) : bare(CoapCode.BadRequest)),
        },
        {
            path: "me",
            method: CoapCode.Delete,
            action: undefined,
            serve: async (_payload, { who }) => await remove(who),
        },
    ]
}
