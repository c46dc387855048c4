import { KudosState } from "./states"

/** All steps: from where, to where, and by what. What is not here does not happen; a message that fits none changes nothing. */
export const KUDOS_STEPS: readonly (readonly [from: KudosState, to: KudosState, by: string])[] = [
    [KudosState.NoKeys, KudosState.Idle, "keys of EDHOC"],
    [KudosState.Idle, KudosState.Idle, "keys of EDHOC"],
    [KudosState.Busy, KudosState.Idle, "keys of EDHOC"],
    [KudosState.Pending, KudosState.Idle, "keys of EDHOC"],
    [KudosState.Idle, KudosState.Busy, "the hub begins"],
    [KudosState.Busy, KudosState.Busy, "the hub repeats its offer"],
    [KudosState.Busy, KudosState.Idle, "the device's answer under the new keys"],
    [KudosState.Idle, KudosState.Pending, "the hub's offer"],
    [KudosState.Pending, KudosState.Pending, "the hub's offer again, or the next one under the new keys"],
    [KudosState.Pending, KudosState.Idle, "a message under the new keys"],
]
