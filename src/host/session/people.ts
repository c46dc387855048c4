import { CoapCode } from "../../core/session/coap-message"
import type { PairedUnit } from "./paired-unit"
import { codeReason, type Reason, requestReason } from "./reasons"
import { invitationText } from "./way-in"

/** In the order of `Role`. */
export const ROLES = ["owner", "family", "guest", "child", "service"] as const
export type RoleName = (typeof ROLES)[number]

export interface Person {
    place: number
    role: RoleName
    /** Whether it is whose session asks. */
    isMe: boolean
}

const ASKER = 255

/** What a session can do about who is known, if its role may. */
export function people(unit: PairedUnit) {
    async function ask<T>(
        code: CoapCode,
        path: string,
        payload: number[],
        read: (payload: Buffer) => T,
    ): Promise<T | Reason> {
        const answered = await unit.ask(code, path, Uint8Array.from(payload))
        const { response } = answered
        if (!response) return requestReason(answered)
        return response.code >> 5 === 2 ? read(response.payload) : codeReason(response.code)
    }
    return {
        list: async () => await ask(CoapCode.Get, "people", [], payload => ({ list: peopleIn(payload) })),
        invite: async (serial: string, role: RoleName) =>
            await ask(CoapCode.Post, "people/invite", [ROLES.indexOf(role)], payload => ({
                text: invitationText(serial, payload[0], payload.subarray(1)),
            })),
        remove: async (place: number) => await ask(CoapCode.Post, "people/remove", [place], () => ({})),
        leave: async () => await ask(CoapCode.Delete, "me", [], () => ({})),
    }
}

function peopleIn(payload: Buffer): Person[] {
    const pairs: [number, number][] = []
    for (let at = 0; at + 1 < payload.length; at += 2) pairs.push([payload[at], payload[at + 1]])
    const me = pairs.find(([, role]) => role === ASKER)?.[0]
    return pairs
        .filter(([, role]) => role < ROLES.length)
        .map(([place, role]) => ({ place, role: ROLES[role], isMe: place === me }))
}
