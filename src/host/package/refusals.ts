import { CborRefusal } from "../../core/cbor/refusal"
import { CoseRefusal } from "../../core/cose/refusal"
import { SuitRefusal } from "../../core/suit/refusal"

/** Every reason for which a device refuses a package: its number, and its name as machines are told. */
export const REFUSALS: ReadonlyMap<number, string> = new Map(
    [CborRefusal, CoseRefusal, SuitRefusal].flatMap(table =>
        Object.entries(table).flatMap(([name, number]) =>
            typeof number === "number" && number > 0 ? [[number, name[0].toLowerCase() + name.slice(1)]] : [],
        ),
    ) as [number, string][],
)

/** "none" if nothing was refused. */
export function refusalName(number: number): string {
    return number === 0 ? "none" : REFUSALS.get(number)!
}
