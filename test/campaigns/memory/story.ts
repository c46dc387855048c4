/** What people do while a memory fails, and what the unit says it has done. What it says counts: after the next start it has to be so. */
import { FACTS } from "./devices"
import { CARLS_PLACE, type MemorySubject, type SceneName } from "./lives"
import type { Unit } from "./unit"

interface Act {
    name: string
    /** @returns whether the unit says that it is done; undefined if the device has nothing of that kind */
    does(subject: MemorySubject, unit: Unit): Promise<boolean | undefined>
}

const HAZARD = 1 << 2
const TAMPER = 1 << 5
const STORAGE = 1 << 4

const isDone = (refusal: unknown) => refusal === "None" || refusal === 0

const inviteDora: Act = {
    name: "Dora becomes an owner",
    async does({ device }, unit) {
        const invitation = await unit.phones.Anna.invite("owner").catch(() => undefined)
        return invitation !== undefined && (await unit.pair("Dora", FACTS[device].touch, invitation)) === "None"
    },
}
const removeCarl: Act = {
    name: "Carl is removed",
    does: async (_, { phones }) => isDone(await phones.Anna.remove(CARLS_PLACE).catch(() => undefined)),
}
const withdraw: Act = {
    name: "a consent is withdrawn",
    does: async ({ device }, { phones }) =>
        FACTS[device].uses === 0 ? undefined : isDone(await phones.Anna.answer(FACTS[device].uses - 1, "No")),
}
/** Told, and kept by a unit that says nothing of its memory. */
const alarm: Act = {
    name: "an output is latched",
    async does({ device }, unit) {
        FACTS[device].alarm(unit)
        const causes = Number(unit.glance().causes ?? 0)
        return (causes & (HAZARD | TAMPER)) !== 0 && (causes & STORAGE) === 0
    },
}
const release: Act = {
    name: "a person releases it",
    async does({ device }, unit) {
        unit.press(FACTS[device].touch)
        const causes = Number(unit.glance().causes ?? 0)
        return (causes & (HAZARD | TAMPER | STORAGE)) === 0
    },
}
const disable: Act = {
    name: "Anna disables it",
    does: async (_, { phones }) => isDone(await phones.Anna.disable(true)),
}
const enable: Act = {
    name: "Anna enables it",
    async does({ device }, unit) {
        unit.press(FACTS[device].touch)
        return isDone(await unit.phones.Anna.disable(false))
    },
}
const prove: Act = {
    name: "the release proves itself",
    async does(_, unit) {
        unit.run(6)
        return (unit.glance().update as { state: string } | undefined)?.state === "Confirmed"
    },
}
const claim: Act = {
    name: "Dora claims it",
    async does({ device }, unit) {
        return (await unit.pair("Dora", FACTS[device].touch)) === "None"
    },
}

export const STORIES: Readonly<Record<SceneName, readonly Act[]>> = {
    lived: [inviteDora, removeCarl, withdraw, alarm, disable],
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
export async function tellStory(
    subject: MemorySubject,
    scene: SceneName,
    unit: Unit,
    acts?: ReadonlySet<string>,
): Promise<Set<string>> {
    const done = new Set<string>()
    for (const { name, does } of STORIES[scene])
        if ((acts?.has(name) ?? true) && (await does(subject, unit))) done.add(name)
    return done
}
