/** What a laboratory's bench has beside the device (`--bench`): one YAML file a bench, whatever is on it. */
import { z } from "zod"
import { YamlDocument } from "../../../simulators/document"
import type { BoardBridge } from "../unit/board-bridge"
import { Relay } from "./relay"
import { type Command, type Supply, suppliedByCommands, suppliedByRelay } from "./supply"

const word = z.string().refine(text => !text.includes("\0"), "no program can be told this")
const command = z.tuple([word.min(1)], word)
const HOW =
    'give "on" and "off", each a list of words (numbers in quotes) that begins with a program, or "relay": serial:PORT or ws:URL'

export const equipmentSchema = z.strictObject({
    /** What cuts the device's supply: programs that switch it, or a Jacdac relay that is reached by a port or address of its own. */
    supply: z.union(
        [
            z.strictObject({ on: command, off: command }),
            z.strictObject({ relay: z.string().regex(/^(serial|ws):.+$/, "give serial:PORT or ws:URL") }),
        ],
        HOW,
    ),
})

export type Equipment = z.infer<typeof equipmentSchema>

/** @throws DocumentError naming what is missing, unknown or does not fit, and where */
export function readEquipment(file: string): Equipment {
    return new YamlDocument(file).parse(equipmentSchema)
}

/** @param bridge opens a way to a place such as serial:PORT @throws InputError, LinkError if what is named is not there */
export async function supplyOf(
    { supply }: Equipment,
    bridge: (place: string) => Promise<BoardBridge>,
): Promise<Supply> {
    if ("relay" in supply) return suppliedByRelay(await Relay.find(await bridge(supply.relay), supply.relay))
    return suppliedByCommands(supply as { on: Command; off: Command })
}
