/** What somebody on the wire does, who hears all, can keep, change and say everything, and has no keys. */
import { joinBytes } from "../../../src/core/crypto/join-bytes"
import { CoapCode } from "../../../src/core/session/coap-message"
import { readMessage } from "../../../src/core/session/coap-reader"
import { writeMessage } from "../../../src/core/session/coap-writer"
import { pathOf } from "../../../src/core/session/device/requests"
import { newRequest } from "../../../src/core/session/hub/hub-session"
import {
    asAnswer,
    asRequest,
    bytesOf,
    extended,
    flipped,
    garbage,
    refielded,
    sealedByNobody,
    spliced,
    truncated,
} from "./forge"
import { leave, live, somebody, talk } from "./life"
import { PAIRING_ACTS } from "./pairing-acts"
import { type Person, Standings, type Unit } from "./people"
import { PAIRING_PATH } from "./watch"
import type { Passed, Tap, World } from "./world"

export interface Act {
    readonly name: string
    /** Drawn so often among all. */
    readonly weight: number
    play(world: World): Promise<void>
}

/** Frames of a flood. */
const FLOOD = 300

/** Something that was said, rather lately. */
function heard({ passed, random }: World): Passed {
    const [one, two] = [random.below(passed.length), random.below(passed.length)]
    return passed[Math.max(one, two)]
}

/** The device that it was said to, or at times the other. */
function targetOf({ random, units }: World, { unit }: Passed): Unit {
    return random.below(5) === 0 ? units[1 - units.indexOf(unit)] : unit
}

const inject = async (world: World, unit: Unit, frame: Buffer): Promise<void> =>
    void (await world.deliver(unit, [frame]))

/** Changed in one of all ways. */
function forged(world: World, frame: Buffer): Buffer {
    const { random } = world
    const ways = [
        () => flipped(frame, random),
        () => truncated(frame, random),
        () => extended(frame, random),
        () => spliced(frame, heard(world).frame, random),
        () => refielded(frame, random.below(9), random),
        () => asRequest(frame),
    ]
    return ways[random.below(ways.length)]()
}

/** What people do meanwhile goes through this. */
async function tapped(world: World, tap: Tap): Promise<void> {
    world.tap = tap
    await live(world)
    world.tap = undefined
}

async function times(world: World, most: number, what: () => Promise<void>): Promise<void> {
    for (let i = world.random.below(most); i >= 0; i--) await what()
}

const ON_THE_WAY: Act[] = [
    {
        name: "lose a request",
        weight: 4,
        play: world =>
            tapped(world, async (frame, deliver) => (world.random.below(2) ? undefined : await deliver(frame))),
    },
    {
        name: "lose an answer",
        weight: 4,
        play: world =>
            tapped(world, async (frame, deliver) => {
                const answer = await deliver(frame)
                return world.random.below(2) ? undefined : answer
            }),
    },
    {
        name: "keep a request back",
        weight: 6,
        play: world =>
            tapped(world, async (frame, deliver, { unit }) => {
                if (world.random.below(2)) return await deliver(frame)
                world.held.push({ frame, unit, toDevice: true })
                return undefined
            }),
    },
    {
        name: "let go what was kept back",
        weight: 6,
        play: async world => {
            await times(world, 3, async () => {
                const { held, random } = world
                if (held.length === 0) return
                const [passed] = held.splice(random.below(held.length), 1)
                await inject(world, passed.unit, passed.frame)
            })
        },
    },
    {
        name: "deliver twice at once",
        weight: 3,
        play: world =>
            tapped(world, async (frame, _deliver, { unit }) => {
                const again = world.random.below(2) ? frame : spliced(frame, heard(world).frame, world.random)
                const [one, two] = await world.deliver(unit, [frame, again])
                return one ?? two
            }),
    },
    {
        name: "change a request",
        weight: 6,
        play: world => tapped(world, async (frame, deliver) => await deliver(forged(world, frame))),
    },
    {
        name: "change an answer",
        weight: 6,
        play: world =>
            tapped(world, async (frame, deliver) => {
                const answer = await deliver(frame)
                return answer && asAnswer(forged(world, answer), frame)
            }),
    },
    {
        name: "give an answer of before",
        weight: 6,
        play: world =>
            tapped(world, async (frame, deliver) => {
                if (world.random.below(2)) await deliver(frame)
                const answers = world.passed.filter(({ toDevice }) => !toDevice)
                return asAnswer(
                    answers[answers.length - 1 - world.random.below(Math.min(8, answers.length))].frame,
                    frame,
                )
            }),
    },
    {
        name: "give the answer of before for what is asked next",
        weight: 4,
        play: async world => {
            const person = somebody(world)
            if (!person || !(await world.connect(person))) return
            if (world.random.below(3) === 0) await world.say(person)
            const { frame: answer } = world.passed.at(-1)!
            world.tap = async (frame, deliver) => {
                if (world.random.below(2)) await deliver(frame)
                return asAnswer(answer, frame)
            }
            await world.say(person)
            world.tap = undefined
        },
    },
    {
        name: "give a request back as its answer",
        weight: 2,
        play: world =>
            tapped(world, async frame => asAnswer(world.random.below(2) ? frame : heard(world).frame, frame)),
    },
    {
        name: "answer in the device's name",
        weight: 3,
        play: world =>
            tapped(world, async frame => {
                const { random } = world
                const message = {
                    ...readMessage(frame).message!,
                    type: 2,
                    code: [0x44, 0x45, 0x80, 0x81, 0x84][random.below(5)],
                }
                return writeMessage({ ...message, options: [], payload: bytesOf(random.below(40), random) })
            }),
    },
]

const SAID_AGAIN: Act[] = [
    {
        name: "say again",
        weight: 10,
        play: world =>
            times(world, 4, async () => {
                const passed = heard(world)
                await inject(world, targetOf(world, passed), passed.frame)
            }),
    },
    {
        name: "say again after a start",
        weight: 5,
        play: async world => {
            const passed = heard(world)
            await passed.unit.device.start()
            await inject(world, passed.unit, passed.frame)
            await talkAndSayAgain(world, passed)
        },
    },
    {
        name: "say the last again, with another token",
        weight: 5,
        play: async world => {
            const person = somebody(world)
            if (!person) return
            await talk(world, person)
            const last = world.passed.filter(({ toDevice, unit }) => toDevice && unit === person.unit).at(-1)
            if (last) await inject(world, last.unit, retold(last.frame, world))
        },
    },
    {
        name: "say an answer as a request",
        weight: 3,
        play: world =>
            times(world, 3, async () => {
                const answers = world.passed.filter(({ toDevice }) => !toDevice)
                const passed = world.pick(answers)
                await inject(
                    world,
                    passed.unit,
                    refielded(asRequest(passed.frame), world.random.below(4), world.random),
                )
            }),
    },
    {
        name: "say it changed",
        weight: 10,
        play: world =>
            times(world, 6, async () => {
                const passed = heard(world)
                await inject(world, targetOf(world, passed), forged(world, passed.frame))
            }),
    },
    {
        name: "say it in somebody else's name",
        weight: 4,
        play: async world => {
            const { random } = world
            const person = somebody(world)
            if (!person) return
            await tappedBy(world, person, async (frame, deliver) => {
                const answer = await deliver(refieldedKid(frame, random.below(4)))
                return answer && random.below(2) ? asAnswer(answer, frame) : undefined
            })
        },
    },
    {
        name: "offer a nonce of before again",
        weight: 6,
        play: async world => {
            const person = somebody(world)
            if (!person) return
            const from = world.passed.length
            await world.connect(person)
            const offer = world.passed[from]
            if (world.random.below(2)) await world.say(person)
            if (!offer) return
            await inject(world, offer.unit, world.random.below(3) ? retold(offer.frame, world) : offer.frame)
        },
    },
    {
        name: "lose the answer to an offer, and speak under its keys",
        weight: 4,
        play: async world => {
            const { random } = world
            const person = somebody(world)
            if (!person) return
            world.tap = async (frame, deliver) => {
                await deliver(frame)
                return undefined
            }
            await world.connect(person)
            world.tap = undefined
            const mine = world.passed.filter(({ toDevice, unit }) => toDevice && unit === person.unit)
            await inject(world, person.unit, sealedByNobody(random, person.place, false))
            await inject(world, person.unit, flipped(world.pick(mine).frame, random))
        },
    },
    {
        name: "keep an offer back, and let it go behind the next",
        weight: 4,
        play: async world => {
            const person = somebody(world)
            if (!person) return
            const from = world.passed.length
            world.tap = async () => undefined
            await world.connect(person)
            world.tap = undefined
            const offer = world.passed[from]
            await world.connect(person)
            if (offer) await inject(world, offer.unit, offer.frame)
        },
    },
]

const FROM_NOTHING: Act[] = [
    {
        name: "garbage",
        weight: 5,
        play: world =>
            times(world, 12, async () => await inject(world, world.pick(world.units), garbage(world.random))),
    },
    {
        name: "seal with no key",
        weight: 6,
        play: world =>
            times(world, 6, async () => {
                const frame = sealedByNobody(world.random, world.random.below(10))
                await inject(world, world.pick(world.units), frame)
            }),
    },
    {
        name: "ask without a session",
        weight: 2,
        play: async world => {
            const { random } = world
            const path = world.pick(["echo", "people", "people/invite", "me", ".well-known/core", PAIRING_PATH])
            const request = newRequest(
                random.below(0x10000),
                world.pick([CoapCode.Get, CoapCode.Post, CoapCode.Delete]),
                path.split("/"),
                bytesOf(random.below(60), random),
            )
            await inject(world, world.pick(world.units), writeMessage(request))
        },
    },
    {
        name: "flood",
        weight: 2,
        play: async world => {
            await tapped(world, async (frame, _deliver, { unit }) => {
                const { random } = world
                const before = 1 + random.below(FLOOD)
                const rubbish = Array.from({ length: FLOOD }, () => floodFrame(world))
                const at = random.below(3) ? before : 0
                const answers = await world.deliver(unit, [...rubbish.slice(0, at), frame, ...rubbish.slice(at)])
                return answers[at]
            })
        },
    },
]

const WITH_OTHER_KEYS: Act[] = [
    {
        name: "somebody who was removed",
        weight: 4,
        play: async world => {
            const gone = world.people(Standings.Nobody).filter(({ hub }) => hub.session.exists())
            if (gone.length > 0) await talk(world, world.pick(gone))
        },
    },
    {
        name: "somebody who is removed now",
        weight: 3,
        play: async world => {
            await leave(world)
            const [{ people }] = world.units
            const gone = people.filter(({ isDoubted, hub }) => isDoubted && hub.session.exists())
            for (const person of gone) if (world.random.below(2)) await talk(world, person)
        },
    },
    {
        name: "somebody of another device",
        weight: 4,
        play: async world => {
            const person = somebody(world)
            if (!person) return
            const other = world.units[1 - world.units.indexOf(person.unit)]
            const { hub } = person
            const { wire } = hub
            // Whatever is served there is looked for in the end: nobody has asked that device for it.
            hub.wire = async frame => {
                world.passed.push({ frame, unit: other, toDevice: true })
                return (await world.deliver(other, [frame]))[0]
            }
            await talk(world, person)
            hub.wire = wire
        },
    },
]

export const ACTS: readonly Act[] = [...ON_THE_WAY, ...SAID_AGAIN, ...FROM_NOTHING, ...WITH_OTHER_KEYS, ...PAIRING_ACTS]
const ALL = ACTS.reduce((sum, { weight }) => sum + weight, 0)

/** Draws one to five, in a row. */
export function drawActs(random: { below(bound: number): number }): Act[] {
    return Array.from({ length: 1 + random.below(5) }, () => {
        let at = random.below(ALL)
        return ACTS.find(({ weight }) => (at -= weight) < 0)!
    })
}

function floodFrame(world: World): Buffer {
    const { random } = world
    const way = random.below(4)
    if (way === 0) return garbage(random)
    return way === 1 ? heard(world).frame : sealedByNobody(random, random.below(4))
}

/** With another token and number, which nobody seals. */
function retold(frame: Buffer, { random }: World): Buffer {
    const message = readMessage(frame).message
    if (!message || pathOf(message) === PAIRING_PATH) return frame
    return writeMessage({ ...message, messageId: random.below(0x10000), token: joinBytes([bytesOf(1, random)]) })
}

/** Only another's identifier: the rest as it was said. */
function refieldedKid(frame: Buffer, kid: number): Buffer {
    const at = frame.length
    const message = readMessage(frame).message
    if (!message || at === 0) return frame
    const options = message.options.map(({ number, value }) => {
        const changed = Buffer.from(value)
        // The identifier stands last.
        if (number === 9 && changed.length > 0) changed[changed.length - 1] = kid
        return { number, value: changed }
    })
    return writeMessage({ ...message, options })
}

async function tappedBy(world: World, person: Person, tap: Tap): Promise<void> {
    world.tap = tap
    await talk(world, person)
    world.tap = undefined
}

async function talkAndSayAgain(world: World, passed: Passed): Promise<void> {
    const person = somebody(world)
    if (person) await talk(world, person)
    await inject(world, passed.unit, passed.frame)
}
