/** Says what an examination means. */
import { ELEMENT_AT, LAST_PASSING, MEMORY_AT, PartFault, PartHistory } from "../../core/diagnosis/part-fault"
import { Cause, causeNumber } from "../../core/failsafe/cause"
import { updateRefusalName } from "../update/refusals"
import { CAUSE_CURES } from "./causes"
import type { Examination, Said } from "./examine"
import { type Circumstances, type Finding, type FindingId, finding } from "./finding"
import { ELEMENT_ADDRESS, FRAM_ADDRESS, type Place } from "./place"

export function diagnose(examination: Examination, place: Place): Finding[] {
    const found = finder(place)
    const { reach, detail = "", program = "", said } = examination
    if (reach === "silent" || reach === "fellSilent") return [found(reach, { detail })]
    if (!said) return [/^0*$/.test(program) ? found("noProgram") : found("programSilent", { detail: program })]
    const findings = [
        found("program", {
            detail: `${said.model}, ${said.firmwareVersion}, sequence number ${said.sequenceNumber}, started ${said.bootCount} times, up for ${said.uptime} s`,
        }),
        ...partFindings(said, place),
        ...identityFindings(examination, said, found),
        ...updateFindings(said, found),
        ...rolesOf(examination, said, place, found),
        ...logFindings(examination, found),
    ]
    return [...findings, ...causeFindings(said, findings, found)]
}

type Finder = (id: FindingId, circumstances?: Partial<Circumstances>) => Finding

function finder(place: Place): Finder {
    return (id, circumstances) => finding(id, { place, address: "", others: "nobody", detail: "", ...circumstances })
}

/** What the device has noted of one part: four bytes of the register `faults`. */
interface Noted {
    fault: PartFault
    address: string
    detail: number
    history: PartHistory
}

function noted(faults: Uint8Array, at: number, usual: number): Noted {
    const [fault = 0, address = 0, detail = 0, history = 0] = faults.subarray(at, at + 4)
    return { fault, address: hex(fault ? address : usual), detail, history }
}

const hex = (byte: number) => `0x${byte.toString(16).padStart(2, "0")}`

function partFindings(said: Said, place: Place): Finding[] {
    const { faults, acknowledged } = said
    const found = finder(place)
    if (!faults) return [found("oldProgram")]
    const strangers = (acknowledged ?? []).filter(address => !place.addresses.includes(address))
    const others = (addresses: readonly number[]) => addresses.map(hex).join(", ") || "nobody"
    const memory = noted(faults, MEMORY_AT, FRAM_ADDRESS)
    const isMemorySilent = memory.fault === PartFault.NoAnswer && memory.history !== PartHistory.Answers
    if (isMemorySilent && acknowledged?.length === 0 && place.addresses.length > 1) return [found("bus")]
    const findings = [memoryFinding(said, memory, found, strangers.filter(isFramAddress), others(acknowledged ?? []))]
    if (!place.hasElement) return findings
    const element = noted(faults, ELEMENT_AT, ELEMENT_ADDRESS)
    const isElsewhere = strangers.filter(address => !isFramAddress(address))
    return [...findings, elementFinding(said, element, found, place, isElsewhere, others(acknowledged ?? []))]
}

const isFramAddress = (address: number) => address >> 3 === FRAM_ADDRESS >> 3

function memoryFinding(
    { storage, causes }: Said,
    { fault, address, detail, history }: Noted,
    found: Finder,
    elsewhere: readonly number[],
    others: string,
): Finding {
    if (storage === "Settings") return found("settings")
    // A device at rest does not come to miss its memory.
    const isMissed = (causes & Cause.Storage) !== 0 || (fault === PartFault.NoAnswer && history !== PartHistory.Answers)
    if (!isMissed) return found("memory", { address })
    switch (fault) {
        case PartFault.NotKept:
            return found("memoryProtected", { address, detail: String(detail << 8) })
        case PartFault.TooSmall:
            return found("memorySmall", { address, detail: String(detail << 8) })
        case PartFault.NoAnswer:
            if (history === PartHistory.Answers) break
            if (elsewhere.length > 0)
                return found("memoryElsewhere", { address, others: elsewhere.map(hex).join(", ") })
            return found(history === PartHistory.HadAnswered ? "memoryLost" : "memoryAbsent", { address, others })
    }
    return found("recordsDamaged", { address })
}

/** What is said of an element that does not answer as it should, by how that began. */
const ELEMENT_FINDINGS: Readonly<Partial<Record<PartFault, FindingId>>> = {
    [PartFault.Busy]: "elementBusy",
    [PartFault.Checksum]: "elementNoise",
    [PartFault.Nonsense]: "elementNonsense",
    [PartFault.Asleep]: "elementAsleep",
    [PartFault.Curve]: "elementBroken",
    [PartFault.SelfTest]: "elementBroken",
    [PartFault.WrongConfiguration]: "elementConfiguration",
}

function elementFinding(
    { identity, causes }: Said,
    { fault, address, detail, history }: Noted,
    found: Finder,
    { kHz }: Place,
    elsewhere: readonly number[],
    others: string,
): Finding {
    const answers = history === PartHistory.Answers
    const told = { address, others, detail: hex(detail) }
    if (fault === PartFault.None && !answers) return found("elementUnasked", told)
    if (fault === PartFault.WrongConfiguration)
        return found("elementConfiguration", { address, detail: String(detail) })
    if (identity === "ElementOpen") return found(detail === 1 ? "elementOpen" : "elementNew", told)
    // A key that the element refuses to use stops the program, although the element answers.
    const refuses = fault > LAST_PASSING && fault !== PartFault.Miscompare && (causes & Cause.Crash) !== 0
    if (answers && !refuses)
        return fault === PartFault.None || fault > LAST_PASSING
            ? found("element", told)
            : found("elementFlaky", { address, detail: PartFault[fault] })
    if (fault !== PartFault.NoAnswer) return found(ELEMENT_FINDINGS[fault] ?? "elementRefuses", told)
    if (elsewhere.length > 0) return found("elementElsewhere", { address, others: elsewhere.map(hex).join(", ") })
    if (history === PartHistory.HadAnswered) return found("elementLost", told)
    return found(kHz !== undefined && kHz > MOST_ELEMENT_KHZ ? "elementTooFast" : "elementAbsent", told)
}

/** At more, a byte of zeros is too short to wake an element. */
const MOST_ELEMENT_KHZ = 100

const IDENTITY_FINDINGS: Readonly<Record<string, FindingId>> = {
    Missing: "identityMissing",
    Foreign: "identityForeign",
    Damaged: "identityDamaged",
    Unknown: "identityUnknown",
}

/** What a certificate is refused for if a clock is wrong. */
const OF_CLOCKS = ["notYetValid", "expired", "caExpired"]

function identityFindings({ proof }: Examination, { identity, serial }: Said, found: Finder): Finding[] {
    // Of an element that is absent or open, its own finding says it.
    if (identity === "NoElement" || identity === "ElementOpen") return []
    // A state that this command does not know proves nothing either.
    if (identity !== "Valid") return [found(IDENTITY_FINDINGS[identity] ?? "identityUnknown")]
    const valid = found("identity", { detail: serial })
    if (!proof) return [valid, found("proofUnchecked")]
    if (!("refusal" in proof)) return [valid, found("proof", { detail: `certificate of ${proof.unit.manufacturer}` })]
    const { refusal, detail } = proof
    if (refusal === "testUnit") return [valid, found("testUnit")]
    if (OF_CLOCKS.includes(refusal)) return [valid, found("clock", { detail: detail ?? refusal })]
    return [valid, found("proofRefused", { detail: detail === undefined ? refusal : `${refusal} (${detail})` })]
}

const AT_REST = ["Idle", "Confirmed"]

function updateFindings({ update }: Said, found: Finder): Finding[] {
    if (!update) return []
    const { state, refusal } = update
    const detail = refusal === 0 ? state : `${state}, ${updateRefusalName(refusal)}, ${refusal}`
    if (AT_REST.includes(state)) return [found("update", { detail: "none under way" })]
    if (state === "Refused") return [found("updateRefused", { detail })]
    return [found(state === "Reverting" ? "updateReverting" : "updateUnderway", { detail })]
}

/**
 * Of several roles for one kind of module, all but one may be there to notice a second: one that is bound is enough. What records has no power
 * while it does not; the device says by itself if it misses it then. A role for the program itself is no module, and bound by itself.
 */
function rolesOf({ roles = [] }: Examination, { causes }: Said, { switched }: Place, found: Finder): Finding[] {
    const isMissed = (causes & Cause.Module) !== 0
    const others = roles.filter(({ name }) => !name.includes("[app:"))
    const kinds = new Map(
        others.map(({ serviceClass }) => [serviceClass, others.filter(role => role.serviceClass === serviceClass)]),
    )
    return [...kinds.values()]
        .filter(same => same.every(({ isBound }) => !isBound))
        .map(([{ name, serviceClass }]) =>
            found(switched.includes(serviceClass) && !isMissed ? "roleUnpowered" : "role", { detail: name }),
        )
}

function logFindings({ log }: Examination, found: Finder): Finding[] {
    if (!log) return []
    if ("detail" in log) return [found("logUnread", log)]
    if ("refusal" in log) return [found("logUnread", { detail: log.refusal })]
    const { entries, findings } = log.report
    return findings.length === 0
        ? [found("log", { detail: String(entries.length) })]
        : [found("logDoubtful", { detail: findings.join(", ") })]
}

/** Causes that a finding about a part says more of. */
const SAID_BY: Readonly<Partial<Record<Cause, RegExp>>> = {
    [Cause.Storage]: /^(bus|memory|records)/,
    [Cause.Identity]: /^(bus|element|identity)/,
    [Cause.Update]: /^update/,
    [Cause.Crash]: /^element/,
    [Cause.Starting]: /^role/,
    [Cause.SensorAbsent]: /^role/,
    [Cause.Module]: /^role/,
}

function causeFindings({ causes }: Said, findings: readonly Finding[], found: Finder): Finding[] {
    const told: Finding[] = []
    for (let left = causes; left !== 0; left &= left - 1) {
        const cause = (1 << causeNumber(left)) as Cause
        const isSaid = findings.some(({ id, verdict }) => verdict !== "healthy" && SAID_BY[cause]?.test(id))
        if (isSaid) continue
        const name = Cause[cause] as keyof typeof Cause | undefined
        const next = name ? CAUSE_CURES[name] : "this command is older than the firmware: take a newer one"
        told.push({ ...found("cause", { detail: name ?? `number ${causeNumber(left)}` }), next })
    }
    return told
}
