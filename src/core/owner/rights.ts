import { hex } from "../crypto/hex"

export enum Role {
    Owner = 0,
    Family = 1,
    Guest = 2,
    Child = 3,
    /** Somebody who repairs or installs, for a visit. */
    Service = 4,
}
const ROLES = 5

/** Where somebody is who asks for something. */
export enum Place {
    /** At the device, with a hand on it. */
    Touch = 1,
    /** In the home. */
    Inside = 2,
    /** Anywhere else. */
    Outside = 4,
}

/** What somebody may ask for, by how much harm it can do. A number never changes its meaning. */
export enum Action {
    /** See the device's state. */
    Observe = 0,
    /** Use what cannot harm. */
    Operate = 1,
    /** Bring an output into its safe state. */
    MakeSafe = 2,
    /** Take an output out of its safe state: open the gas, release the door. */
    Endanger = 3,
    /** Release an output that a cause has latched. */
    Release = 4,
    /** See and hear what camera and microphone take. */
    Watch = 5,
    GiveConsent = 6,
    WithdrawConsent = 7,
    /** Pair, give and take credentials. */
    ManagePeople = 8,
    ReadLog = 9,
    ApproveUpdate = 10,
    Disable = 11,
    Enable = 12,
}

/** Whether somebody in this role may have this done from there. Whatever the table does not list, nobody may. */
export function may(role: Role | undefined, action: Action, place: Place): boolean {
    if (role === undefined || !(role >= 0 && role < ROLES)) return false
    const places = RIGHTS[action * ROLES + role]
    return places !== undefined && place > 0 && (places & place) === place
}

/** For each action, in order, the places from which owner, family, guest, child and service may: a sum of `Place`. */
const RIGHTS = hex`
    07 07 03 03 01
    07 07 03 03 01
    07 07 03 03 03
    03 03 01 00 01
    01 01 00 00 00
    07 03 00 00 00
    03 00 00 00 00
    07 07 00 00 00
    03 00 00 00 00
    07 00 00 00 01
    07 00 00 00 00
    07 00 00 00 00
    01 00 00 00 00`
