/** What people do while a memory fails, and what the unit says it has done. What it says counts: after the next start it has to be so. */
import { ANNA } from "../../firmware/phone"
import { FACTS } from "./devices"
import { CARL, DORA, type MemorySubject, type SceneName } from "./lives"
import type { Unit } from "./unit"

interface Act {
    name: string
    /** @returns whether the unit says that it is done; undefined if the device has nothing of that kind */
    does(subject: MemorySubject, unit: Unit): boolean | undefined
}

const HAZARD = 1 << 2
const TAMPER = 1 << 5
const STORAGE = 1 << 4

const isDone = (refusal: unknown) => refusal === "None" || refusal === 0

const giveDora: Act = {
    name: "Dora becomes an owner",
    does: (_, { phone }) => isDone(phone.give(ANNA, "Owner", DORA)),
}
const takeCarl: Act = {
    name: "Carl's credential is taken away",
    does: (_, { phone }) => isDone(phone.give(ANNA, "Nobody", CARL)),
}
const withdraw: Act = {
    name: "a consent is withdrawn",
    does: ({ device }, { phone }) =>
        FACTS[device].uses === 0 ? undefined : isDone(phone.answer(ANNA, FACTS[device].uses - 1, "No")),
}
/** Told, and kept by a unit that says nothing of its memory. */
const alarm: Act = {
    name: "an output is latched",
    does({ device }, unit) {
        FACTS[device].alarm(unit)
        const causes = Number(unit.glance().causes ?? 0)
        return (causes & (HAZARD | TAMPER)) !== 0 && (causes & STORAGE) === 0
    },
}
const release: Act = {
    name: "a person releases it",
    does({ device }, unit) {
        unit.press(FACTS[device].touch)
        const causes = Number(unit.glance().causes ?? 0)
        return (causes & (HAZARD | TAMPER | STORAGE)) === 0
    },
}
const disable: Act = { name: "Anna disables it", does: (_, { phone }) => isDone(phone.disable(ANNA, true)) }
const enable: Act = {
    name: "Anna enables it",
    does({ device }, { phone }) {
        phone.touch(FACTS[device].touch)
        return isDone(phone.disable(ANNA, false))
    },
}
const prove: Act = {
    name: "the release proves itself",
    does(_, unit) {
        unit.run(6)
        return (unit.glance().update as { state: string } | undefined)?.state === "Confirmed"
    },
}
const claim: Act = {
    name: "Dora claims it",
    does({ device }, { phone }) {
        phone.touch(FACTS[device].touch)
        return isDone(phone.give(DORA, "Owner", DORA))
    },
}

export const STORIES: Readonly<Record<SceneName, readonly Act[]>> = {
    lived: [giveDora, takeCarl, withdraw, alarm, disable],
    disabled: [enable],
    latched: [release],
    trial: [prove],
    resetting: [],
    new: [claim],
}

/**
 * Plays a scene's story, or some of it.
 * @param acts names of those that are played; all if left out
 * @returns names of the acts that the unit says it has done
 */
export function tellStory(
    subject: MemorySubject,
    scene: SceneName,
    unit: Unit,
    acts?: ReadonlySet<string>,
): Set<string> {
    const done = new Set<string>()
    for (const { name, does } of STORIES[scene]) if ((acts?.has(name) ?? true) && does(subject, unit)) done.add(name)
    return done
}
