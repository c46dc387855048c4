/** What the peer says to a unit's sessions: messages that it has heard, as they were or changed, and pairings of its own. */

import { Standing } from "../../../src/core/session/device/household"
import { MemorySession } from "../../../src/host/session/kept-session"
import { PairedUnit } from "../../../src/host/session/paired-unit"
import type { WayIn } from "../../../src/host/session/way-in"
import { LinkError } from "../../../src/host/unit/unit-link"
import type { Siege } from "./siege"
import { serviceClassOf, wordsOf } from "./words"

const DOMOVOI = serviceClassOf("domovoi")
export const EXCHANGE = wordsOf(DOMOVOI).find(({ name }) => name === "domovoi exchange")!.command
const SECRET_BYTES = 16
/** Between two pairings, in milliseconds. */
const REST_MS = 100

/** Says it to the unit's `exchange`. */
function exchange({ peer, program }: Siege, frame: Uint8Array): void {
    peer.command(program, 1 + (peer.devices.get(program) ?? []).indexOf(DOMOVOI), EXCHANGE, frame)
}

/** Messages to this unit in its life, of people and pairings, what the owner says right now, and what was said to another unit. */
function heardBy({ subject, overheard, random }: Siege): readonly Uint8Array[] {
    const { messages } = subject
    const choices = [messages.own, messages.others, overheard.requests]
    const chosen = choices[random.below(choices.length)]
    return chosen.length > 0 ? chosen : messages.own
}

/** What was said in sessions, again: in its order, from anywhere on, one of it again and again, or the last of all. */
export function sayAgain(siege: Siege): void {
    const { peer, random } = siege
    const way = random.below(4)
    const chosen = random.below(1000)
    let at = way === 0 ? 0 : chosen
    peer.every([4, 15, 60][random.below(3)], () => {
        const messages = heardBy(siege)
        const next = way === 3 ? messages.length - 1 : way === 2 ? chosen : at++
        exchange(siege, messages[next % messages.length])
    })
}

/** The same with a bit flipped, cut short, or with something behind it; and the unit's own answers as if somebody had asked them. */
export function sayChanged(siege: Siege): void {
    const { peer, random, subject, overheard } = siege
    peer.every([4, 15, 60][random.below(3)], () => {
        const kind = random.below(5)
        const answers = overheard.answers.length > 0 && random.below(2) ? overheard.answers : subject.messages.answers
        const messages = kind === 4 ? answers : heardBy(siege)
        const message = Buffer.from(messages[random.below(messages.length)])
        if (kind < 2) message[random.below(message.length)] ^= 1 << random.below(8)
        // Response codes are no requests: only as one is it looked at any further.
        if (kind === 4 && random.below(2)) message[1] = 2
        const more = Buffer.alloc(1 + random.below(8))
        random.draw(more)
        exchange(siege, kind === 2 ? message.subarray(0, random.below(message.length)) : message)
        if (kind === 3) exchange(siege, Buffer.concat([message, more]))
    })
}

/** As many messages as the wire takes: offers of new keys, requests, pairings, or anything. */
export function floodSessions(siege: Siege): void {
    const { peer, random, subject } = siege
    const { own } = subject.messages
    const one = random.below(own.length)
    const kind = random.below(3)
    peer.every(2, () => {
        const message = Buffer.from(own[kind === 0 ? one : random.below(own.length)])
        // A new number each time, or it would be taken for the same again.
        if (kind === 2) random.draw(message.subarray(2))
        else message[message.length - 1 - random.below(4)] = random.below(256)
        exchange(siege, message)
    })
}

/** Pairs with secrets that it makes up, by the label's name and by those of invitations: on the whole way, as far as the unit lets it. */
export async function pairWithoutSecret(siege: Siege): Promise<void> {
    const { random } = siege
    await pairBy(siege, () => {
        const secret = Buffer.alloc(SECRET_BYTES)
        random.draw(secret)
        return { standing: Standing.ByLabel + random.below(3), secret }
    })
}

/** Pairs with one secret after the other. */
export async function pairBy(siege: Siege, next: () => WayIn): Promise<void> {
    const way = siege.story()
    const unit = await PairedUnit.of(way, new MemorySession(), siege.random)
    try {
        for (;;) {
            const { refusal } = await unit.pair(next())
            if (refusal === 0) siege.watch.strangerPaired()
            await way.wait(REST_MS)
        }
    } catch (error) {
        if (!(error instanceof LinkError)) throw error
    }
}
