/** What is done to pairings, by somebody who knows no secret that is good. */
import type { Random } from "../../../simulators/random"
import { joinBytes } from "../../../src/core/crypto/join-bytes"
import { Role } from "../../../src/core/owner/rights"
import { CoapCode, CoapType } from "../../../src/core/session/coap-message"
import { readMessage } from "../../../src/core/session/coap-reader"
import { writeMessage } from "../../../src/core/session/coap-writer"
import { Standing } from "../../../src/core/session/device/household"
import { TOUCH_MS } from "../../../src/core/session/device/pairing"
import { pathOf } from "../../../src/core/session/device/requests"
import { errorMessage } from "../../../src/core/session/edhoc/error-message"
import { EdhocRefusal } from "../../../src/core/session/edhoc/refusal"
import { SUITE_4 } from "../../../src/core/session/edhoc/suite-4"
import { newRequest } from "../../../src/core/session/hub/hub-session"
import { nativeX25519 } from "../../core/session/native-x25519"
import type { Act } from "./acts"
import { asAnswer, bytesOf, flipped } from "./forge"
import { arrive, cutSoon } from "./life"
import { Standings, type Unit, type Way } from "./people"
import { PAIRING_PATH } from "./watch"
import type { Tap, World } from "./world"

const FIRST = 0xf5

/** Requests of pairings go through this, the rest passes. */
async function whilePairing(world: World, tap: Tap): Promise<void> {
    world.tap = async (frame, deliver, person) => {
        const message = readMessage(frame).message
        return message && pathOf(message) === PAIRING_PATH ? await tap(frame, deliver, person) : await deliver(frame)
    }
    await arrive(world, world.units[0], true)
    world.tap = undefined
}

const pairingFrame = (random: Random, payload: Buffer): Buffer =>
    writeMessage(newRequest(random.below(0x10000), CoapCode.Post, PAIRING_PATH.split("/"), payload))

/** A message_1 with any method, suites and identifier: the array of suites in every form, the best last or first or alone. */
function anyMessage1(random: Random): Buffer {
    const method = [4, 4, 4, 0, 1, 2, 3, 5, 23][random.below(9)]
    const lists = [
        [4],
        [5],
        [0],
        [2],
        [5, 4],
        [4, 5],
        [0, 4],
        [2, 3, 4],
        [4, 4],
        [4, 0],
        [9, 8, 7, 6, 5, 4, 3, 2, 1],
        [0x20],
    ]
    const list = lists[random.below(lists.length)]
    const suites = list.length === 1 && random.below(4) ? list : [0x80 | list.length, ...list]
    const key = random.below(4)
        ? nativeX25519({ draw: target => void target.set(bytesOf(target.length, random)) }).publicKey
        : bytesOf([32, 31, 33, 0][random.below(4)], random)
    const smallOrder = random.below(8) === 0 ? Buffer.alloc(32) : key
    return joinBytes([
        Buffer.from([FIRST, method, ...suites, 0x58, smallOrder.length]),
        smallOrder,
        Buffer.from([[0x0a, 0x00, 0x01, 0x37][random.below(4)]]),
        random.below(6) ? Buffer.alloc(0) : Buffer.from([[0x20, 0x01, 0x18][random.below(3)]]),
    ])
}

/** Nobody's, or one that is right and in the wrong hands. */
function guessOf({ random }: World, unit: Unit): Way {
    const secret = [bytesOf(16, random), Buffer.alloc(16), Buffer.alloc(16, 0xff)][random.below(3)]
    return { standing: Standing.ByLabel + random.below(4), secret, role: unit.ways[0]?.role ?? Role.Owner }
}

export const PAIRING_ACTS: readonly Act[] = [
    {
        name: "guess a secret while nobody is there",
        weight: 2,
        play: async world => {
            const unit = world.pick(world.units)
            const person = await world.pair(unit, guessOf(world, unit), world.random.below(2) === 0, false)
            world.watch.expect(!person.hub.session.exists(), "keys for a guess")
        },
    },
    {
        name: "guess a secret while somebody has touched",
        weight: 4,
        play: async world => {
            const unit = world.pick(world.units)
            for (let i = world.random.below(2); i >= 0; i--) {
                if (world.random.below(3) === 0) cutSoon(world, unit.device.store)
                await world.pair(unit, guessOf(world, unit), true)
            }
        },
    },
    {
        name: "the right secret, and nobody there",
        weight: 3,
        play: async world => {
            const unit = world.units[world.random.below(4) ? 0 : 1]
            unit.device.nowMs += TOUCH_MS
            const person = await world.pair(unit, unit.ways.at(-1)!, true, false)
            world.watch.expect(!person.hub.session.exists(), "somebody was paired while nobody was there")
        },
    },
    {
        name: "a way in that is used up",
        weight: 4,
        play: async world => {
            const unit = world.pick(world.units)
            const used = unit.people.filter(({ isHeard }) => isHeard).map(({ way }) => way)
            if (used.length > 0) await world.pair(unit, world.pick(used), true)
        },
    },
    {
        name: "the label of a device that has an owner",
        weight: 2,
        play: async world => {
            const unit = world.units.find(({ people }) => people.some(({ isHeard }) => isHeard))!
            await world.pair(unit, unit.ways[0], true)
        },
    },
    {
        name: "an invitation used twice",
        weight: 4,
        play: async world => {
            const [unit] = world.units
            const way = unit.ways.at(-1)!
            const people = [await world.pair(unit, way, true), await world.pair(unit, way, true)]
            if (world.random.below(2)) people.reverse()
            for (const person of people) if (person.hub.session.exists()) await world.say(person)
        },
    },
    {
        name: "any message_1",
        weight: 4,
        play: async world => {
            const { random } = world
            const { device } = world.units[0]
            for (let i = random.below(4); i >= 0; i--) {
                await device.pairing.prepare()
                device.nowMs += random.below(70_000)
                if (random.below(2)) device.pairing.touched()
                await world.deliver(world.units[0], [pairingFrame(random, anyMessage1(random))])
            }
        },
    },
    {
        name: "other suites in a message_1 on its way",
        weight: 3,
        play: async world =>
            await whilePairing(world, async (frame, deliver) => {
                const { random } = world
                const message = readMessage(frame).message!
                if (message.payload[0] !== FIRST) return await deliver(frame)
                const [, , , ...rest] = message.payload
                const suites = world.pick([[5], [0], [0x82, 5, 4], [0x82, 4, 5], [0x83, 0, 2, 4], [0x81, 4], [4, 4]])
                const method = random.below(4) ? 4 : random.below(8)
                return await deliver(
                    writeMessage({ ...message, payload: Buffer.from([FIRST, method, ...suites, ...rest]) }),
                )
            }),
    },
    {
        name: "change a message of a pairing",
        weight: 4,
        play: async world =>
            await whilePairing(world, async (frame, deliver) => {
                const { random } = world
                if (random.below(3) === 0) return await deliver(flipped(frame, random))
                const answer = await deliver(frame)
                return answer && random.below(2) ? asAnswer(flipped(answer, random), frame) : answer
            }),
    },
    {
        name: "say an error in a pairing",
        weight: 3,
        play: async world =>
            await whilePairing(world, async (frame, deliver, { unit }) => {
                const { random } = world
                const refusal = [EdhocRefusal.WrongSuite, EdhocRefusal.UnknownCredential, EdhocRefusal.NotAuthentic][
                    random.below(3)
                ]
                const error = errorMessage(refusal, SUITE_4)
                if (random.below(2))
                    await world.deliver(unit, [
                        pairingFrame(random, joinBytes([Buffer.from([random.below(8)]), error])),
                    ])
                if (random.below(2)) return await deliver(frame)
                const { messageId, token } = readMessage(frame).message!
                return writeMessage({
                    type: CoapType.Acknowledgement,
                    code: CoapCode.BadRequest,
                    messageId,
                    token,
                    options: [],
                    payload: error,
                })
            }),
    },
    {
        name: "prove something else first",
        weight: 3,
        play: async world =>
            await whilePairing(world, async (frame, deliver, { unit }) => {
                const { random } = world
                const { payload } = readMessage(frame).message!
                if (payload[0] === FIRST || random.below(3) === 0) return await deliver(frame)
                const false3 = joinBytes([payload.subarray(0, 1), Buffer.from([0x40 | 18]), bytesOf(18, random)])
                const frames = [pairingFrame(random, Buffer.from(false3)), frame]
                if (random.below(2)) frames.reverse()
                return (await world.deliver(unit, frames))[frames.indexOf(frame)]
            }),
    },
    {
        name: "be the device in a pairing",
        weight: 2,
        play: async world => {
            const { random } = world
            const key = nativeX25519({ draw: target => void target.set(bytesOf(target.length, random)) })
            await whilePairing(world, async frame => {
                const message = readMessage(frame).message!
                const said =
                    message.payload[0] === FIRST
                        ? joinBytes([Buffer.from([0x58, 33]), key.publicKey, bytesOf(1, random)])
                        : Buffer.from([0x50, ...bytesOf(16, random)])
                return writeMessage({
                    ...message,
                    type: CoapType.Acknowledgement,
                    code: CoapCode.Changed,
                    options: [],
                    payload: Buffer.from(said),
                })
            })
            // Nobody has heard of the device's own end of it.
            const last = world.units[0].people.at(-1)
            world.watch.expect(
                !last || last.standing !== Standings.Maybe || last.place >= 0,
                "a hub was paired with nobody",
            )
        },
    },
]
