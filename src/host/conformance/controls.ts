/** The controls that a device answers for, by the identifiers of the catalogue. An identifier never changes its meaning. */

export interface Control {
    title: string
    /** Class of ISO/IEC 27402 that asks for it first; undefined for those of ISO/IEC 27403 and 27400. */
    class?: 1 | 2
}

// biome-ignore format: a table, one control a line
const TABLE = {
    "C1.1": { title: "unique identity, certified at manufacture", class: 1 },
    "C1.2": { title: "each stage verified before it runs", class: 1 },
    "C1.3": { title: "network traffic authenticated and encrypted", class: 1 },
    "C1.4": { title: "signed updates, no way back to old ones, safe at power loss", class: 1 },
    "C1.5": { title: "no default passwords", class: 1 },
    "C1.6": { title: "debug interfaces closed", class: 1 },
    "C2.1": { title: "hardware root of trust", class: 2 },
    "C2.2": { title: "both ends prove themselves", class: 2 },
    "C2.3": { title: "tamper-evident log of security events", class: 2 },
    "C2.4": { title: "private keys in hardware only", class: 2 },
    "C2.5": { title: "only signed firmware, whoever asks", class: 2 },
    "FS.1": { title: "every cause leads to the safe state in time" },
    "FS.2": { title: "one failing function blocks no other" },
    "FS.3": { title: "the main function works without a network" },
    "PR.1": { title: "a switch cuts the power of microphone and camera" },
    "PR.2": { title: "an indicator is lit whenever capture is possible" },
    "PR.3": { title: "opening the case is noticed" },
    "AV.1": { title: "floods neither drain, hang nor crash the device" },
    "PV.1": { title: "nothing is taken without consent" },
    "PV.2": { title: "only declared fields leave the device" },
    "PV.3": { title: "personal data goes by age" },
    "PV.4": { title: "a factory reset leaves nothing of the owner" },
    "PV.5": { title: "a notice, from the device itself" },
    "PV.6": { title: "strangers cannot follow the owner by the device" },
    "PV.7": { title: "traffic does not show habits" },
    "OW.1": { title: "rights by role, place and danger" },
    "OW.2": { title: "a person's decision beats an automation" },
    "OW.3": { title: "pairing by comparison or touch" },
    "OW.4": { title: "the owner can disable the device" },
    "LC.1": { title: "software bill of materials" },
    "LC.2": { title: "contact for vulnerabilities" },
    "LC.3": { title: "asset record" },
    "LC.4": { title: "decommissioning" },
} as const satisfies Record<string, Control>

export type ControlId = keyof typeof TABLE
export const CONTROLS: Readonly<Record<ControlId, Control>> = TABLE
export const CONTROL_IDS = Object.keys(TABLE) as ControlId[]

/** Controls that a device of this class has to meet. */
export function controlsOfClass(securityClass: 1 | 2): ControlId[] {
    return CONTROL_IDS.filter(id => (CONTROLS[id].class ?? Number.POSITIVE_INFINITY) <= securityClass)
}
