import { UpdateRefusal } from "../../core/update/update-refusal"
import { refusalName } from "../package/refusals"

/** Name of the reason for which a device ended an update, or did not do what it was asked; "none" for 0. */
export function updateRefusalName(number: number): string {
    const own = UpdateRefusal[number]
    return own ? own[0].toLowerCase() + own.slice(1) : refusalName(number)
}
